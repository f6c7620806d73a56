namespace Rubato.Benchmarks;

/// <summary>AC-Diff and its controls, in pairs of one condition and noise.</summary>
internal static class AcDiffComparison
{
    private const double Tenth = 0.1, Smallest = 1e-9;

    /// <summary>Who is compared with whom: what decides whether horizons by condition help, then the rest, then schedules.</summary>
    private static readonly (string First, string Second)[] Pairs =
    [
        ("R4", "R6h"), ("R4", "R7"), ("R4", "R6"), ("R4", "R5"), ("R8", "R6h"), ("R4", "R3"), ("R4", "R2"), ("R4", "R2b"), ("R4", "R2c"),
        ("R4", "R4t"), ("R6h", "R6c"), ("R6c", "R6"), ("M4", "M6"), ("M6", "R5b"),
    ];

    /// <summary>Differences of errors, budget by budget.</summary>
    public static IReadOnlyList<AcDiffDifference> Of(IReadOnlyList<AcDiffErrorPoint> points)
        => [.. Paired(points, point => (point.Row, point.Budget)).Select(pair =>
        {
            var gap = Distribution.Of([.. pair.First.Errors.Zip(pair.Second.Errors, (a, b) => a - b)]);
            return new AcDiffDifference(
                pair.First.Row, pair.Second.Row, pair.First.Budget, gap.Mean, gap.MeanInterval, pair.Second.Error.Mean);
        })];

    /// <summary>Differences of Fréchet distances, budget by budget, then those of AC-Diff to all steps.</summary>
    public static IReadOnlyList<AcDiffDifference> Of(IReadOnlyList<AcDiffPicturePoint> points)
    {
        AcDiffPicturePoint[] plain = [.. points.Where(point => point.With.Length == 0)];
        IEnumerable<(AcDiffPicturePoint First, AcDiffPicturePoint Second)> toFull = plain.Where(point => point.Row == AcDiffRow.AcDiff)
            .SelectMany(point => plain.Where(other => other.Row == AcDiffRow.Full), (point, full) => (point, full));
        return [.. Paired(plain, point => (point.Row, point.Budget)).Concat(toFull).Select(pair =>
        {
            (double mean, Interval interval) = pair.First.Figures.Frechet.Minus(pair.Second.Figures.Frechet);
            return new AcDiffDifference(
                pair.First.Row, pair.Second.Row, pair.First.Budget, mean, interval, pair.Second.Figures.Frechet.Distance);
        })];
    }

    /// <summary>
    /// The same rows over the hardest tenth of the samples at each budget. Hard is what those with as many steps for all are far
    /// off at: steps by condition have no part in it.
    /// </summary>
    public static IReadOnlyList<AcDiffErrorPoint> Hardest(IReadOnlyList<AcDiffErrorPoint> points)
        => [.. points.GroupBy(point => point.Budget).SelectMany(group =>
        {
            int[] tenth = HardestTenth([.. group.Where(point => point.Row.Horizons == HorizonSource.Fixed).Select(point => point.Errors)]);
            return group.Select(point => new AcDiffErrorPoint(
                point.Row, point.Budget, [.. tenth.Select(i => point.Steps[i])], [.. tenth.Select(i => point.Errors[i])], point.Seconds));
        })];

    /// <summary>The tenth of the samples with the largest geometric mean of its errors over some rows, each of which counts alike.</summary>
    public static int[] HardestTenth(IReadOnlyList<double[]> errorsOfRows)
    {
        int samples = errorsOfRows[0].Length, count = Math.Max(1, (int)(Tenth * samples));
        return [.. Enumerable.Range(0, samples)
            .OrderByDescending(sample => errorsOfRows.Average(errors => Math.Log(Math.Max(errors[sample], Smallest)))).Take(count).Order()];
    }

    private static IEnumerable<(T First, T Second)> Paired<T>(IReadOnlyList<T> points, Func<T, (AcDiffRow Row, int Budget)> place)
        where T : class
    {
        foreach (int budget in points.Select(point => place(point).Budget).Distinct())
        {
            var compared = new HashSet<(T, T)>();   // by DDIM R5 and R6 are one row
            foreach ((string first, string second) in Pairs)
                if (Find(budget, first) is { } a && Find(budget, second) is { } b && compared.Add((a, b))) yield return (a, b);
        }

        T? Find(int budget, string id) => points.FirstOrDefault(point
            => place(point).Budget == budget && place(point).Row.Id.Split(", ").Contains(id, StringComparer.Ordinal));
    }
}
