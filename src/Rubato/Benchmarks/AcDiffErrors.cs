namespace Rubato.Benchmarks;

/// <summary>The sections of errors: how far rows end from a long run on schedules of the same kind.</summary>
internal static class AcDiffErrors
{
    /// <summary>Measures all rows at all budgets.</summary>
    /// <param name="runs">Makes runs.</param>
    /// <param name="rows">How.</param>
    /// <param name="budgets">Mean steps.</param>
    /// <param name="fullSteps">Steps of the runs that errors are taken to.</param>
    /// <param name="conditions">What to show.</param>
    /// <param name="horizons">Of these conditions.</param>
    public static async Task<IReadOnlyList<AcDiffErrorPoint>> MeasureAsync(
        AcDiffRuns runs, IReadOnlyList<AcDiffRow> rows, IReadOnlyList<int> budgets, int fullSteps,
        IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        var references = AcDiffRow.References.ToDictionary(
            row => row.Schedule, row => runs.ErrorTo(conditions, row, fullSteps), StringComparer.Ordinal);
        var points = new List<AcDiffErrorPoint>();
        foreach (int budget in budgets)
        {
            foreach (AcDiffRow row in rows)
            {
                int[] steps = horizons.For(row.Horizons, budget);
                MeasuredRow made = await runs.MeasureErrorsAsync(conditions, row, steps, references[row.ReferenceSchedule]).ConfigureAwait(false);
                points.Add(new AcDiffErrorPoint(row, budget, steps, made.Values, made.Seconds));
            }
        }

        return points;
    }
}
