using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>A study of solvers as one HTML file.</summary>
internal static class SolverPage
{
    /// <summary>The page.</summary>
    public static string Write(SolverStudyResult result)
    {
        var page = new StringBuilder();
        HtmlPage.Begin(page, $"Solvers on {result.Origin.Model}");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Which solver for {HtmlPage.Encode(result.Origin.Model)}</h1>\n");
        HtmlPage.Paragraph(page, result.Origin.ToString(), "soft");
        page.Append("<div class=\"summary\">\n");
        foreach (string sentence in SolverSentences.Summary(result)) HtmlPage.Paragraph(page, sentence);
        page.Append("</div>\n");
        if (result.Ranking.Count > 0) HtmlPage.Paragraph(page, SolverSentences.Method(result), "soft");
        foreach (double guidance in result.Guidances) SolverErrorSection.Write(page, result, guidance);
        if (result.OtherSchedules.Count > 0) SolverErrorSection.WriteSchedules(page, result);
        if (result.Plan.Sections.HasFlag(SolverSections.Adaptive)) Adaptive(page, result);
        if (result.Plan.Sections.HasFlag(SolverSections.Distribution)) Distributions(page, result);
        return HtmlPage.End(page);
    }

    /// <summary>The first plot of the page: errors with the model's own guidance, else distances; null where neither was measured.</summary>
    public static LogPlot? PlotOf(SolverStudyResult result)
        => SolverErrorSection.PlotOf(result, result.Guidance) ?? (result.Distribution.Count > 0 ? DistancePlotOf(result) : null);

    private static void Adaptive(StringBuilder page, SolverStudyResult result)
    {
        page.Append("<h2 id=\"adaptive\">AdaptiveDiffusion on the best</h2>\n");
        HtmlPage.Paragraph(page, $"Guidance {Text(result.Guidance, "0.##")}, max-skip=1, limit=strict. The error of fewer steps is that of the same solver "
            + "without the policy at the same mean calls, read off the straight line between its budgets in logarithms; a ratio below 1 is a gain.", "soft");
        HtmlPage.Table(page, ["solver", "steps", "threshold", "calls", "of", "error", "95 %", "PSNR", "fewer steps", "ratio"],
            result.Adaptive.Select(point => (HtmlPage.Cells(
            [
                point.Solver, $"{point.Steps}", Text(point.Threshold, "0.###"), Text(point.Calls, "0.0"), $"{point.FullCalls}",
                Text(point.Error.Mean, "0.00000"), Range(point.Error.MeanInterval), Text(SolverPoint.PsnrOf(point.Error.Mean), "0.0") + " dB",
                point.Plain is { } plain ? Text(plain, "0.00000") : "", point.Plain is { } without ? Text(point.Error.Mean / without, "0.00") : "",
            ]), point.Error.Mean < point.Plain)));
    }

    private static void Distributions(StringBuilder page, SolverStudyResult result)
    {
        page.Append("<h2 id=\"distribution\">Solvers as distributions</h2>\n");
        HtmlPage.Paragraph(page, $"{result.Plan.DistributionSamples} samples each, seeds from {SolverStudyPlan.FirstDistributionSeed} on, without guidance, "
            + $"drawn in {result.PicturePrecision}: Fréchet distance in ResNet-56 features to the 50 000 training pictures of CIFAR-10 (its first 1 017 test "
            + $"pictures: {Text(result.HeldOutDistance ?? 0, "0.000")}); not FID, which is taken in other features. Below it the share of pictures whose "
            + $"class ResNet-56 names. Small samples make distances larger, all by about as much; an interval, of {result.Plan.Redraws} redraws, shows the luck "
            + "of the draw alone.", "soft");
        page.Append(DistancePlotOf(result).Draw());
        string[] solvers = SolversOf(result);
        IReadOnlyList<int> budgets = result.Plan.DistributionBudgets;
        HtmlPage.Table(page, ["solver", .. budgets.Select(budget => $"{budget} calls")], solvers.Select(solver => ((IReadOnlyList<HtmlCell>)
        [
            new HtmlCell(solver, result.Distribution.First(point => point.Solver == solver).IsStochastic ? null : "draws no noise"),
            .. budgets.Select(budget => Cell(result.Distribution.FirstOrDefault(point => point.Solver == solver && point.Budget == budget))),
        ], false)));

        HtmlCell Cell(DistributionPoint? point) => point is null ? new HtmlCell("")
            : new HtmlCell(Text(point.Frechet.Distance, "0.000"), point.Accuracy is { } share ? Text(100 * share, "0.0") + " %" : null,
                $"{Range(point.Frechet.Interval, "0.000")}, {point.Steps} steps, {point.Calls} calls",
                point.Frechet.Distance <= result.Distribution.Where(other => other.Budget == point.Budget).Min(other => other.Frechet.Distance));
    }

    private static LogPlot DistancePlotOf(SolverStudyResult result) => new(
        [.. SolversOf(result).Select((solver, i) => new LogLine(solver, i < HtmlPage.Colours ? $"s{i}" : LogPlot.Background,
            [.. result.Distribution.Where(point => point.Solver == solver && point.Frechet.Distance > 0).DistinctBy(point => point.Calls)
                .Select(point => new LogPoint(point.Calls, point.Frechet.Distance, point.Frechet.Interval,
                    $"{solver}, {point.Calls} calls: {Text(point.Frechet.Distance, "0.000")}"))]))],
        "calls of the network", "Fréchet distance");

    private static string[] SolversOf(SolverStudyResult result)
        => [.. result.Distribution.Select(point => point.Solver).Distinct(StringComparer.Ordinal)];

    private static string Range(Interval interval, string format = "0.00000")
        => $"{Text(interval.Low, format)} to {Text(interval.High, format)}";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
