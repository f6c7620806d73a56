namespace Rubato.Benchmarks;

/// <summary>The error of a solver over its calls, between the budgets that it was measured at.</summary>
internal static class ErrorCurve
{
    /// <summary>The error at a number of calls: a straight line between neighbours, both in logarithms; null outside of all.</summary>
    public static double? At(IEnumerable<SolverPoint> points, double calls)
    {
        // Several budgets may pay the same steps.
        SolverPoint[] known = [.. points.Where(point => point.Error is { Mean: > 0 }).DistinctBy(point => point.Calls)
            .OrderBy(point => point.Calls)];
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Calls == calls) return known[i].Mean;
            if (i == 0 || known[i].Calls < calls || known[i - 1].Calls > calls) continue;
            (SolverPoint low, SolverPoint high) = (known[i - 1], known[i]);
            double part = Math.Log(calls / low.Calls) / Math.Log((double)high.Calls / low.Calls);
            return low.Mean * Math.Pow(high.Mean / low.Mean, part);
        }

        return null;
    }
}
