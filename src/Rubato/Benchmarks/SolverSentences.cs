namespace Rubato.Benchmarks;

/// <summary>What came out of a study of solvers, in sentences that read the same whoever wins.</summary>
internal static class SolverSentences
{
    /// <summary>A sentence for each section.</summary>
    public static IReadOnlyList<string> Summary(SolverStudyResult result)
    {
        var sentences = new List<string>();
        foreach (double guidance in result.Guidances)
        {
            IReadOnlyList<SolverWin> wins = SolverWin.Of(result.Points.Where(point => point.Guidance == guidance));
            if (wins.Count == 0) continue;
            string where = guidance == 1 ? "Without guidance" : FormattableString.Invariant($"At guidance {guidance}");
            sentences.Add($"{where} the nearest to the exact solution on the grid {result.Plan.Schedule} {(wins.Count == 1 ? "is" : "are")} "
                + string.Join(", ", wins.Select(win => At(win.Best.Solver, win.Best.Budget, win.Best.Mean))) + ".");
        }

        if (result.Adaptive.Count(point => point.Plain is not null) is > 0 and var compared)
        {
            int nearer = result.Adaptive.Count(point => point.Error.Mean < point.Plain);
            sentences.Add($"With AdaptiveDiffusion {nearer} of {compared} settings end nearer to it than the same solver with fewer steps "
                + "does at as many calls.");
        }

        if (result.Distribution.Count > 0)
        {
            IEnumerable<DistributionPoint> nearest = result.Distribution.GroupBy(point => point.Budget).Select(group => group.MinBy(point => point.Frechet.Distance)!);
            sentences.Add("Nearest to real pictures as a distribution: "
                + string.Join(", ", nearest.Select(point => At(point.Solver, point.Budget, point.Frechet.Distance))) + ".");
        }

        return sentences;
    }

    /// <summary>How it was measured.</summary>
    public static string Method(SolverStudyResult result)
        => $"Errors are taken on {result.Plan.Samples} seeds from {SolverStudyPlan.FirstSeed} on, each with the class of its number in turn, and without "
        + "any policy. "
        + $"Every solver begins from the noise of the seed on the grid {result.Plan.Schedule} and is compared with one reference, {result.Plan.ReferenceName}; "
        + "the number of steps is the largest whose calls of the network the budget pays, counted on a run. "
        + "The difference is that of the final states before they become pictures, in a range of -1 to 1. The model's own limit of the "
        + "predicted clean sample holds in every run. "
        + $"Solvers stand in the order of their errors at {SolverStudyPlan.RankingBudget} calls with the model's own guidance.";

    private static string At(string solver, int budget, double number) => FormattableString.Invariant($"{solver} at {budget} calls ({number:0.000})");
}
