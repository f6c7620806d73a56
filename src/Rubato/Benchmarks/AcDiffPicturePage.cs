using System.Text;
using static Rubato.Benchmarks.AcDiffPage;

namespace Rubato.Benchmarks;

/// <summary>The parts of the page that tell how pictures are judged.</summary>
internal static class AcDiffPicturePage
{
    /// <summary>What stays in the background of the plot, and what lies so far above that it would flatten the rest.</summary>
    private static readonly string[] Background = ["R2c", "R6h"], LeftOut = ["R2", "R2b"];

    /// <summary>Without guidance: plot, tables and differences.</summary>
    public static void WriteWithoutGuidance(StringBuilder page, AcDiffResult result)
    {
        page.Append("<h2 id=\"pictures\">Pictures</h2>\n");
        Explain(page, result, result.Plan.DistributionSamples, "without guidance: a step is an evaluation");
        page.Append(PlotOf(result).Draw());
        HtmlPage.Paragraph(page, $"The plot leaves out {string.Join(" and ", LeftOut)}, far above the others.", "soft");
        Table(page, result.Pictures);
        Compare(page, AcDiffComparison.Of(result.Pictures));
    }

    /// <summary>Conditions in the reverse process alone: a table.</summary>
    public static void WriteReverse(StringBuilder page, AcDiffResult result)
    {
        page.Append("<h2 id=\"reverse\">Conditions in the reverse process alone</h2>\n");
        if (result.Pictures.Count == 0) Explain(page, result, result.Plan.ReverseSamples, "without guidance: a step is an evaluation");
        HtmlPage.Paragraph(page,
            $"R0 and R1 on the same {result.Plan.ReverseSamples} conditions. R0 asks the network without a condition; ResNet-56 and "
            + "the coarse colours of the source picture lead it.", "soft");
        Table(page, result.Reverse);
    }

    /// <summary>With guidance: how w was chosen, table and differences.</summary>
    public static void WriteGuided(StringBuilder page, AcDiffResult result)
    {
        string w = Figure(result.Guided[0].Guidance, "0.##");
        page.Append("<h2 id=\"guided\">Pictures with guidance</h2>\n");
        Explain(page, result, result.Plan.GuidedSamples, $"w = {w}: a step is two evaluations");
        string choice = string.Join(", ", result.Choice.Select(point
            => $"{Figure(point.Guidance, "0.##")} has {Figure(point.Figures.Frechet.Distance, "0.000")}"));
        HtmlPage.Paragraph(page, result.Choice.Count == 0 ? "w was given."
            : $"w is the best by Fréchet distance of R1 with {result.Plan.ChoiceSteps} "
            + $"steps, on {result.Plan.ChoiceSamples} conditions that nothing else is measured on: {choice}.", "soft");
        HtmlPage.Paragraph(page,
            "AdaptiveDiffusion, with its defaults, reuses outputs where the path of the state is even; of an ancestral sampler "
            + "it looks at the state before the noise of the step. AdaptiveGuidance drops the branch without a condition once both point "
            + "the same "
            + "way.", "soft");
        Table(page, result.Guided);
        Compare(page, AcDiffComparison.Of(result.Guided));
    }

    /// <summary>Fréchet distances over mean evaluations, without guidance.</summary>
    public static LogPlot PlotOf(AcDiffResult result)
    {
        AcDiffRow[] rows = [.. AcDiffRow.OfPictures.Where(row => !LeftOut.Contains(row.Id)), AcDiffRow.Full];
        AcDiffRow[] coloured = [.. rows.Where(row => !Background.Contains(row.Id))];
        return new LogPlot(
            [.. rows.Select(row => Line(result, row, Array.IndexOf(coloured, row) is >= 0 and var place ? $"s{place}" : LogPlot.Background))],
            "mean evaluations", "Fréchet distance");
    }

    private static LogLine Line(AcDiffResult result, AcDiffRow row, string style) => new($"{row.Id}: {row.Name}", style,
        [.. result.Pictures.Where(point => point.Row == row).OrderBy(point => point.Evaluations).Select(point => new LogPoint(
            point.Evaluations, point.Figures.Frechet.Distance, point.Figures.Frechet.Interval,
            $"{row.Name}: {Figure(point.Figures.Frechet.Distance, "0.000")}, {Figure(point.Evaluations, "0.0")} evaluations"))]);

    private static void Explain(StringBuilder page, AcDiffResult result, int samples, string guidance)
        => HtmlPage.Paragraph(page,
            $"{samples} samples of each row, {guidance}. Fréchet distance in ResNet-56 features to the 50 000 training pictures "
            + $"of CIFAR-10 (its first 1 017 test pictures: {Figure(result.HeldOutDistance ?? 0, "0.000")}); not FID, which is taken in "
            + "other features. "
            + $"Small samples make it larger, all by about as much; its interval, of {result.Plan.Redraws} redraws, shows the luck of "
            + "the draw alone. "
            + "Class: share whose class ResNet-56 names. Edges: F1 of the outlines of the picture and those given, pixel by pixel. "
            + "Source: cosine of "
            + "ResNet-56 features with the picture that the condition was taken from. A sample's seconds are its share of a "
            + "batch.", "soft");

    private static void Table(StringBuilder page, IReadOnlyList<AcDiffPicturePoint> points) => HtmlPage.Table(
        page, ["row", "steps", "5 to 95 %", "evaluations", "Fréchet", "class", "edges", "source", "seconds"], points.Select(point =>
        {
            double[] steps = [.. point.Steps.Select(count => (double)count)];
            PictureFigures figures = point.Figures;
            double distance = figures.Frechet.Distance;
            // What adapts the run makes it cheaper: only rows without it compare at a budget.
            AcDiffPicturePoint[] alike = [.. points.Where(other => other.Budget == point.Budget && other.With.Length == 0)];
            bool nearest = alike.Length > 1 && point.With.Length == 0 && alike.All(other => other.Figures.Frechet.Distance >= distance);
            return ((IReadOnlyList<HtmlCell>)
            [
                new HtmlCell(point.Row.Id, AcDiffSentences.NameOf(point)),
                new HtmlCell(Figure(steps.Average(), "0.0")),
                new HtmlCell($"{Figure(Statistics.Quantile(steps, 0.05), "0")} to {Figure(Statistics.Quantile(steps, 0.95), "0")}"),
                new HtmlCell(Figure(point.Evaluations, "0.0")),
                new HtmlCell(Figure(distance, "0.000"), Figure(figures.Frechet.Interval, "0.000"), Strong: nearest),
                new HtmlCell(figures.Accuracy is { } share ? Figure(100 * share, "0.0") + " %" : ""),
                new HtmlCell(Figure(figures.EdgeF1.Mean, "0.000")),
                new HtmlCell(Figure(figures.Cosine.Mean, "0.000")),
                new HtmlCell(Figure(point.Seconds, "0.00")),
            ], point.Row == AcDiffRow.AcDiff && point.With.Length == 0);
        }));
}
