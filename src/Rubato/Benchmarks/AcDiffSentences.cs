using System.Globalization;

namespace Rubato.Benchmarks;

/// <summary>What came out of the study of AC-Diff, in sentences that read the same whoever wins.</summary>
internal static class AcDiffSentences
{
    /// <summary>A few sentences for each section.</summary>
    public static IReadOnlyList<string> Summary(AcDiffResult result) =>
    [
        .. Claim("Error", "further from the own long run", AcDiffComparison.Of(result.Errors)),
        .. Claim("Fréchet distance", "further from real pictures", AcDiffComparison.Of(result.Pictures)),
        .. Schedules(result),
        .. Horizons(result),
        .. Guided(result),
    ];

    /// <summary>How it was measured.</summary>
    public static string Method(AcDiffResult result)
        => "A condition is the class of a training picture of CIFAR-10 and its outlines. The pictures are drawn in an order of their own; none was "
        + $"used to fit the model's horizons ({result.Fitted} conditions were), though the network has seen all of them. Start noise and the noise of steps follow "
        + "from the number of the condition: rows are pairs. Without guidance a step is an evaluation. Estimated horizons are set so that "
        + "these conditions take the budget in the mean, which looks at no result. An interval is the 95 % bootstrap interval over conditions; a difference is certain where it excludes zero.";

    /// <summary>A difference in words.</summary>
    public static string Phrase(AcDiffDifference difference) => string.Create(CultureInfo.InvariantCulture,
        $"{100 * Math.Abs(difference.Mean) / difference.Of:0.0} % {(difference.Mean < 0 ? "less" : "more")} ({(difference.Interval.ExcludesZero ? "certain" : "not certain")})");

    private static IEnumerable<string> Claim(string what, string unit, IReadOnlyList<AcDiffDifference> differences)
    {
        if (differences.Count == 0) yield break;
        foreach ((string other, string words) in ((string, string)[])[("R6h", "as many steps for every condition on the same schedules (R6h)"), ("R7", "its own steps dealt to other conditions (R7)")])
        {
            yield return $"{what} of AC-Diff (R4) against {words}; more is {unit}: " + string.Join(", ",
                differences.Where(difference => difference.First.Id == "R4" && difference.Second.Id == other)
                    .Select(difference => $"{Phrase(difference)} at {difference.Budget} steps")) + ".";
        }

        IGrouping<int, AcDiffDifference>[] budgets = [.. differences.Where(difference => difference.First.Id == "R4" && difference.Second.Id is "R6h" or "R7")
            .GroupBy(difference => difference.Budget)];
        int[] won = [.. budgets.Where(budget => budget.All(difference => difference.IsBetter)).Select(budget => budget.Key)];
        yield return $"{what}: horizons by condition are better than both controls with certainty at {(won.Length == 0 ? "none" : $"{won.Length}")} of "
            + $"{budgets.Length} budgets{(won.Length == 0 ? "" : $" ({string.Join(", ", won)})")}.";
    }

    private static IEnumerable<string> Schedules(AcDiffResult result)
    {
        if (result.Pictures.Count == 0) yield break;
        int budget = PaperBudget(result);
        string[] rows = ["R2", "R2b", "R2c", "R3", "R4"];
        yield return $"With the same horizons by condition of {budget} steps in the mean the Fréchet distances by schedule are "
            + string.Join(", ", result.Pictures.Where(point => point.Budget == budget && rows.Contains(point.Row.Id))
                .Select(point => $"{Number(point.Figures.Frechet.Distance)} ({point.Row.Schedule})"))
            + $"; with all {result.Plan.FullSteps} steps (R1) {Number(result.Pictures[0].Figures.Frechet.Distance)}.";
    }

    private static IEnumerable<string> Horizons(AcDiffResult result)
        => result.Horizons.Select(point =>
        {
            double[] steps = [.. point.Steps.Select(count => (double)count)];
            return string.Create(CultureInfo.InvariantCulture, $"At {point.Budget} steps in the mean nine of ten horizons lie from {Statistics.Quantile(steps, 0.05):0} to {Statistics.Quantile(steps, 0.95):0}; ")
                + $"their rank correlation with the density of edges is {Correlation(point.EdgeDensity)}, that of foreseen with measured errors at {point.Rung} steps {Correlation(point.Foreseen)}.";
        });

    private static IEnumerable<string> Guided(AcDiffResult result)
    {
        if (result.Guided.Count == 0) yield break;
        yield return FormattableString.Invariant($"At guidance {result.Guided[0].Guidance} the nearest to real pictures as a distribution are ")
            + string.Join(", ", result.Guided.Skip(1).GroupBy(point => point.Budget).OrderBy(group => group.Key)
                .Select(group => group.MinBy(point => point.Figures.Frechet.Distance)!)
                .Select(point => $"{NameOf(point)} at {point.Budget} steps ({Number(point.Figures.Frechet.Distance)})"))
            + $"; R1 with {result.Plan.FullSteps} steps has {Number(result.Guided[0].Figures.Frechet.Distance)}.";
    }

    /// <summary>The budget that is laid beside the paper's: its own, or the nearest there is.</summary>
    public static int PaperBudget(AcDiffResult result) => result.Plan.Budgets.MinBy(budget => Math.Abs(budget - AcDiffPlan.PaperBudget));

    /// <summary>A row with what adapts it.</summary>
    public static string NameOf(AcDiffPicturePoint point) => point.With.Length == 0 ? point.Row.Name : $"{point.Row.Name}, with {point.With}";

    /// <summary>A rank correlation with its p-value.</summary>
    public static string Correlation((double Correlation, double PValue) rank) => double.IsNaN(rank.Correlation) ? "undefined"
        : string.Create(CultureInfo.InvariantCulture, $"{rank.Correlation:0.00} (p {(rank.PValue < 0.001 ? "< 0.001" : rank.PValue.ToString("0.000", CultureInfo.InvariantCulture))})");

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
