using System.Globalization;

namespace Rubato.Benchmarks;

/// <summary>What came out of the study of AC-Diff, in sentences that read the same whoever wins.</summary>
internal static class AcDiffSentences
{
    /// <summary>The controls that AC-Diff has to beat.</summary>
    private static readonly (string Id, string Words)[] Controls =
    [
        ("R6h", "as many steps for every condition on the same schedules (R6h)"),
        ("R7", "its own steps dealt to other conditions (R7)"),
    ];

    /// <summary>What the guided section aims at: so many evaluations in the mean, at so many times the distance of R1.</summary>
    private static readonly (int Evaluations, double Times, bool Modern)[] Aims = [(60, 1.2, false), (20, 1.1, true)];

    /// <summary>Rule, schedule and solver: pairs that differ in one of them alone.</summary>
    private static readonly (string First, string Second)[] Ablated = [("R4", "R4t"), ("R6h", "R6c"), ("M4", "M6"), ("M6", "R5b")];

    /// <summary>A few sentences for each section.</summary>
    public static IReadOnlyList<string> Summary(AcDiffResult result) =>
    [
        .. Claim("Error", AcDiffComparison.Of(result.Errors)),
        .. Claim("Fréchet distance", AcDiffComparison.Of(result.Pictures)),
        .. Full(result),
        .. Schedules(result),
        .. Reverse(result),
        .. result.Horizons.Select(Horizons),
        .. Guided(result),
        .. Ablations(result),
    ];

    /// <summary>How it was measured.</summary>
    public static string Method(AcDiffResult result)
        => "A condition is the class of a training picture of CIFAR-10 and its outlines. The pictures are drawn in an order of their own; "
        + $"none was used to fit the model's horizons ({result.Fitted} conditions were), though the network has seen all of them. Start "
        + "noise "
        + "and the noise of steps follow from the number of the condition: rows are pairs. Without guidance a step is an evaluation. "
        + "Horizons by condition are set so that these conditions take the budget in the mean, to the step, which looks at no result. An interval is "
        + "the "
        + "95 % bootstrap interval over conditions; a difference is certain where it excludes zero.";

    /// <summary>A difference in words.</summary>
    public static string Phrase(AcDiffDifference difference) => difference.Mean == 0 ? "no difference" : string.Create(
        CultureInfo.InvariantCulture, $"{100 * Math.Abs(difference.Mean) / difference.Of:0.0} % {(difference.Mean < 0 ? "less" : "more")}")
        + (difference.Interval.ExcludesZero ? " (certain)" : " (not certain)");

    /// <summary>The budget that is laid beside the paper's: its own, or the nearest there is.</summary>
    public static int PaperBudget(AcDiffResult result) => result.Plan.Budgets.MinBy(budget => Math.Abs(budget - AcDiffPlan.PaperBudget));

    /// <summary>A row with what adapts it.</summary>
    public static string NameOf(AcDiffPicturePoint point)
        => point.With.Length == 0 ? point.Row.Name : $"{point.Row.Name}, with {point.With}";

    /// <summary>A rank correlation with its p-value.</summary>
    public static string Correlation((double Correlation, double PValue) rank) => double.IsNaN(rank.Correlation) ? "undefined"
        : Text(rank.Correlation, "0.00") + (rank.PValue < 0.001 ? " (p < 0.001)" : $" (p {Text(rank.PValue, "0.000")})");

    private static IEnumerable<string> Claim(string what, IReadOnlyList<AcDiffDifference> differences)
    {
        AcDiffDifference[] own = [.. differences.Where(difference => difference.First.Id == AcDiffRow.AcDiff.Id
            && Controls.Any(control => control.Id == difference.Second.Id))];
        if (own.Length == 0) yield break;
        foreach ((string control, string words) in Controls)
        {
            yield return $"{what} of AC-Diff (R4) against {words}; less is better: " + string.Join(", ", own
                .Where(difference => difference.Second.Id == control)
                .Select(difference => $"{Phrase(difference)} at {difference.Budget} steps")) + ".";
        }

        ILookup<int, AcDiffDifference> budgets = own.ToLookup(difference => difference.Budget);
        int[] won = [.. budgets.Where(budget => budget.All(difference => difference.IsBetter)).Select(budget => budget.Key)];
        string wins = won.Length == 0 ? "none" : $"{won.Length}";
        yield return $"{what}: horizons by condition are better than both controls with certainty at {wins} "
            + $"of {budgets.Count} budgets{(won.Length == 0 ? "" : $" ({string.Join(", ", won)})")}.";
    }

    private static IEnumerable<string> Full(AcDiffResult result)
    {
        AcDiffDifference[] differences = [.. AcDiffComparison.Of(result.Pictures).Where(difference => difference.Second == AcDiffRow.Full)];
        if (differences.Length == 0) yield break;
        yield return $"Fréchet distance of AC-Diff (R4) against all {result.Plan.FullSteps} steps of DDPM (R1); less is better: "
            + string.Join(", ", differences.Select(difference => $"{Phrase(difference)} at {difference.Budget} steps")) + ".";
    }

    private static IEnumerable<string> Schedules(AcDiffResult result)
    {
        if (result.Pictures.Count == 0) yield break;
        int budget = PaperBudget(result);
        string[] rows = ["R2", "R2b", "R2c", "R3", "R4"];
        yield return $"With the same horizons by condition of {budget} steps in the mean the Fréchet distances by schedule are "
            + string.Join(", ", result.Pictures.Where(point => point.Budget == budget && rows.Contains(point.Row.Id))
                .Select(point => $"{Distance(point)} ({point.Row.Schedule})"))
            + $"; with all {result.Plan.FullSteps} steps (R1) {Distance(result.Pictures[0])}.";
    }

    private static IEnumerable<string> Reverse(AcDiffResult result)
    {
        if (result.Reverse.Count == 0) yield break;
        yield return $"On {result.Plan.ReverseSamples} conditions " + string.Join(", ", result.Reverse.Select(point
            => $"{point.Row.Id} ({point.Row.Name}) has a Fréchet distance of {Distance(point)}, "
            + $"{Text(100 * point.Figures.Accuracy ?? 0, "0.0")} % of the classes and an F1 of edges of "
            + $"{Text(point.Figures.EdgeF1.Mean, "0.000")}")) + ".";
    }

    private static string Horizons(AcDiffHorizonPoint point)
    {
        double[] steps = [.. point.Steps.Select(count => (double)count)];
        return $"At {point.Budget} steps in the mean nine of ten horizons lie from {Text(Statistics.Quantile(steps, 0.05), "0")} to "
            + $"{Text(Statistics.Quantile(steps, 0.95), "0")}; their rank correlation with the density of edges is "
            + $"{Correlation(point.EdgeDensity)}, that of foreseen with measured errors at {point.Rung} steps "
            + $"{Correlation(point.Foreseen)}, that of errors of one condition with two noises {Correlation(point.BetweenNoises)}.";
    }

    private static IEnumerable<string> Guided(AcDiffResult result)
    {
        if (result.Guided.Count == 0) yield break;
        IEnumerable<AcDiffPicturePoint> nearest = result.Guided.Skip(1).GroupBy(point => point.Budget).OrderBy(group => group.Key)
            .Select(group => group.MinBy(point => point.Figures.Frechet.Distance)!);
        yield return $"At guidance {Text(result.Guided[0].Guidance, "0.##")} the nearest to real pictures as a distribution are "
            + string.Join(", ", nearest.Select(point
                => $"{NameOf(point)} at {point.Budget} steps and {Text(point.Evaluations, "0.0")} evaluations ({Distance(point)})"))
            + $"; R1 with {result.Plan.FullSteps} steps has {Distance(result.Guided[0])}.";
        foreach ((int evaluations, double times, bool modern) in Aims)
        {
            AcDiffPicturePoint? best = result.Guided.Skip(1)
                .Where(point => point.Row.Horizons == HorizonSource.Estimated && AcDiffRow.Modern.Contains(point.Row) == modern
                    && point.Evaluations <= evaluations)
                .MinBy(point => point.Figures.Frechet.Distance);
            if (best is null) continue;
            (double more, Interval interval) = best.Figures.Frechet.Minus(result.Guided[0].Figures.Frechet);
            yield return $"With at most {evaluations} evaluations AC-Diff{(modern ? " by a modern solver" : "")} comes to "
                + $"{Times(more)} times the distance of R1 ({Times(interval.Low)} to {Times(interval.High)}; the aim is {Text(times, "0.0")}): "
                + $"{NameOf(best)} at {Text(best.Evaluations, "0.0")} evaluations.";
        }

        string Times(double more) => Text(1 + more / result.Guided[0].Figures.Frechet.Distance, "0.00");
    }

    private static IEnumerable<string> Ablations(AcDiffResult result) => AcDiffComparison.Of(result.Ablations)
        .Where(difference => Ablated.Contains((difference.First.Id, difference.Second.Id)))
        .GroupBy(difference => (difference.First, difference.Second)).Select(pair
            => $"Error of {pair.Key.First.Id} ({pair.Key.First.Name}) against {pair.Key.Second.Id} ({pair.Key.Second.Name}); less is better: "
            + string.Join(", ", pair.Select(difference => $"{Phrase(difference)} at {difference.Budget} steps")) + ".");

    private static string Distance(AcDiffPicturePoint point) => Text(point.Figures.Frechet.Distance, "0.000");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
