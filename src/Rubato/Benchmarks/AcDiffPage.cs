using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>The study of AC-Diff as one HTML file.</summary>
internal static class AcDiffPage
{
    /// <summary>What the paper does otherwise, or does not say.</summary>
    private static readonly string[] Differences =
    [
        "The paper's module reads a prompt and a structure by CLIP's encoders and answers with a number of steps; how it gets targets is "
            + "not "
            + "said. Here it reads the class and the outlines, and is taught measured error curves, from which a rule makes steps for "
            + "any mean: "
            + "a reconstruction.",
        "How the paper's hybrid schedule is mixed is not known. Here it is a mixture of four schedules between the same ends, fitted to "
            + "the "
            + "spectrum of the data: a reconstruction.",
        "Which chain \"Fixed-β\" is, is not known. Both that may be meant are here, stride (R2) and prefix (R2b): their first level has "
            + "signal "
            + "left, which the start noise has not. Plain respacing (R2c) has no such fault; it is what schedules by horizon have to beat.",
        "The paper's baseline whose conditions act in the reverse process alone (R0) is a reconstruction: by the gradient of ResNet-56, "
            + "which "
            + "judges the pictures, too, and by the coarse colours of the source picture, of which other rows see the outlines alone.",
        "The paper has no control of unequal steps dealt at random (R7), nor of as many steps for all on the same schedules (R6h), nor an "
            + "oracle (R8). The oracle sees the errors of the very sample at a ladder of steps, and of the same noise: no module that "
            + "sees the "
            + "condition alone can reach it.",
        "CLIP scores and the aesthetic score need networks that are not here; class accuracy, the cosine of ResNet-56 features to the "
            + "source "
            + "picture and the F1 of edges (pixel by pixel) stand in their place.",
    ];

    /// <summary>The page.</summary>
    public static string Write(AcDiffResult result)
    {
        var page = new StringBuilder();
        string model = HtmlPage.Encode(result.Origin.Model);
        HtmlPage.Begin(page, $"AC-Diff on {result.Origin.Model}");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Do horizons and schedules by condition help {model}?</h1>\n");
        HtmlPage.Paragraph(page, result.Origin.ToString(), "soft");
        page.Append("<div class=\"summary\">\n");
        foreach (string sentence in AcDiffSentences.Summary(result)) HtmlPage.Paragraph(page, sentence);
        page.Append("</div>\n");
        HtmlPage.Paragraph(page, AcDiffSentences.Method(result), "soft");
        if (result.Pictures.Count > 0) AcDiffPaperTable.Write(page, result);
        if (result.Errors.Count > 0) AcDiffErrorPage.Write(page, result);
        if (result.Pictures.Count > 0) AcDiffPicturePage.WriteWithoutGuidance(page, result);
        if (result.Reverse.Count > 0) AcDiffPicturePage.WriteReverse(page, result);
        if (result.Horizons.Count > 0) Horizons(page, result);
        if (result.Guided.Count > 0) AcDiffPicturePage.WriteGuided(page, result);
        if (result.Ablations.Count > 0) AcDiffErrorPage.WriteAblations(page, result);
        page.Append("<h2 id=\"differences\">What differs from the paper</h2>\n");
        foreach (string difference in Differences) HtmlPage.Paragraph(page, difference);
        return HtmlPage.End(page);
    }

    /// <summary>The plot that stands beside the page: of pictures, else of errors; null for neither.</summary>
    public static LogPlot? PlotOf(AcDiffResult result) => result.Pictures.Count > 0 ? AcDiffPicturePage.PlotOf(result)
        : result.Errors.Count > 0 ? AcDiffErrorPage.PlotOf(result) : null;

    /// <summary>Differences of rows as a table.</summary>
    public static void Compare(StringBuilder page, IReadOnlyList<AcDiffDifference> differences)
        => HtmlPage.Table(page, ["rows", "mean steps", "difference", "95 %", "in words"], differences.Select(difference => (HtmlPage.Cells(
        [
            $"{difference.First.Id} less "
                + $"{difference.Second.Id}", $"{difference.Budget}", Figure(difference.Mean), Figure(difference.Interval),
            AcDiffSentences.Phrase(difference),
        ]), difference.Interval.ExcludesZero)));

    /// <summary>An interval.</summary>
    public static string Figure(Interval interval, string format = "0.00000")
        => $"{Figure(interval.Low, format)} to {Figure(interval.High, format)}";

    /// <summary>A number, with as many digits as errors have unless it is said.</summary>
    public static string Figure(double value, string format = "0.00000") => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Horizons(StringBuilder page, AcDiffResult result)
    {
        page.Append("<h2 id=\"horizons\">Estimated horizons</h2>\n");
        HtmlPage.Paragraph(page,
            $"Of {result.Plan.Samples} conditions. The model's own rule keeps a budget over all kinds of conditions that it was "
            + "trained on; its mean here is the second column. Errors are compared at the step of the ladder that is nearest to the "
            + "budget, as the mean of two noises. The last column compares these two with each other: what a condition has to say of the "
            + "error, whatever the noise, is not more than that.", "soft");
        HtmlPage.Table(page,
            ["budget", "mean by the own rule", "5 %", "median", "95 %", "with edge density", "foreseen with measured error", "between noises"],
            result.Horizons.Select(point => (HtmlPage.Cells(
            [
                $"{point.Budget}", Figure(point.Shipped, "0.0"), Quantile(point.Steps, 0.05), Quantile(point.Steps, 0.5), Quantile(point.Steps, 0.95),
                AcDiffSentences.Correlation(point.EdgeDensity), $"{AcDiffSentences.Correlation(point.Foreseen)} at {point.Rung}",
                AcDiffSentences.Correlation(point.BetweenNoises),
            ]), false)));
        HtmlPage.Paragraph(page, "Steps in the mean, and of nine of ten, by class and by quarters of the density of edges:", "soft");
        HtmlPage.Table(page, ["budget", .. result.Classes], result.Horizons.Select(point => Groups(point, point.ByClass)));
        HtmlPage.Table(page, ["budget", "fewest edges", "second quarter", "third quarter", "most edges"],
            result.Horizons.Select(point => Groups(point, point.ByDensity)));
        foreach ((int i, AcDiffHorizonPoint point) in result.Horizons.Index())
        {
            string across = $"conditions by steps, {point.Budget} in the mean";
            page.Append(new HistogramPlot(point.Steps, across, $"s{i % HtmlPage.Colours}").Draw());
        }
    }

    private static (IReadOnlyList<HtmlCell>, bool) Groups(AcDiffHorizonPoint point, int[][] groups) => (
        [
            new HtmlCell($"{point.Budget}"),
            .. groups.Select(steps => steps is [] ? new HtmlCell("")
                : new HtmlCell(Figure(steps.Average(), "0.0"), $"{Quantile(steps, 0.05)} to {Quantile(steps, 0.95)}")),
        ], false);

    private static string Quantile(int[] steps, double share)
        => Figure(Statistics.Quantile([.. steps.Select(count => (double)count)], share), "0");
}
