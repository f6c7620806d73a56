using System.Text;
using static Rubato.Benchmarks.AcDiffPage;

namespace Rubato.Benchmarks;

/// <summary>The paper's ablation of adaptive schedules beside ours.</summary>
internal static class AcDiffPaperTable
{
    private static readonly string[] Schedules = ["R2", "R2b", "R2c", "R3", "R4"];

    /// <summary>Measure, fixed and adaptive beta: arXiv:2411.15199, the ablation on CIFAR-10.</summary>
    private static readonly (string Measure, string Fixed, string Adaptive)[] Cited =
    [
        ("FID", "47.2681", "22.4677"),
        ("CS-t2i", "0.2499", "0.2545"),
        ("CS-i2i", "0.7927", "0.7933"),
        ("C-Aes", "2.9297", "3.7664"),
    ];

    /// <summary>Writes it.</summary>
    public static void Write(StringBuilder page, AcDiffResult result)
    {
        int budget = AcDiffSentences.PaperBudget(result);
        AcDiffPicturePoint[] points =
            [.. Schedules.Select(id => result.Pictures.First(point => point.Row.Id == id && point.Budget == budget))];
        page.Append("<h2 id=\"paper\">The paper's table, and ours</h2>\n");
        HtmlPage.Table(page, ["measure", "fixed β", "adaptive β", .. points.Select(point => $"{point.Row.Id} {point.Row.Schedule}")],
        [
            .. Cited.Select(row => (Row(row.Measure, row.Fixed, row.Adaptive, points.Select(_ => "")), false)),
            Ours("Fréchet distance, ResNet-56", figures => Figure(figures.Frechet.Distance, "0.000")),
            Ours("class accuracy", figures => Figure(100 * figures.Accuracy ?? 0, "0.0") + " %"),
            Ours("cosine to the source", figures => Figure(figures.Cosine.Mean, "0.0000")),
            Ours("F1 of edges", figures => Figure(figures.EdgeF1.Mean, "0.0000")),
            (Row("mean steps", $"{AcDiffPlan.PaperBudget}", $"{AcDiffPlan.PaperBudget}",
                points.Select(point => Figure(point.Steps.Average(), "0.0"))), false),
        ]);
        double hybrid = points[^1].Figures.Frechet.Distance;
        string shares = string.Join(", ", points.SkipLast(1).Select(point
            => $"{Figure(hybrid / point.Figures.Frechet.Distance, "0.00")} of {point.Row.Schedule}'s"));
        HtmlPage.Paragraph(page,
            "Cells say whether a number is cited or ours. No number of one can be held against one of the other: FID is taken in "
            + "features of Inception, the Fréchet distance here in those of ResNet-56; CS-t2i and CS-i2i are CLIP scores, for which "
            + "class accuracy "
            + "and the cosine to the source picture stand; the networks differ, too. What can be compared is the order of schedules "
            + "within each. "
            + $"The paper's FID falls to 0.48 of that of fixed β; here the distance of the hybrid is {shares}. The paper says 1000 steps "
            + "become "
            + $"{AcDiffPlan.PaperBudget} with competitive quality: here R1 has "
            + $"{Figure(result.Pictures[0].Figures.Frechet.Distance, "0.000")} with "
            + $"{result.Plan.FullSteps}, R4 {Figure(hybrid, "0.000")} with {Figure(points[^1].Steps.Average(), "0.0")}.", "soft");

        (IReadOnlyList<HtmlCell>, bool) Ours(string measure, Func<PictureFigures, string> text)
            => (Row(measure, "", "", points.Select(point => text(point.Figures))), false);
    }

    private static IReadOnlyList<HtmlCell> Row(string measure, string fixedBeta, string adaptiveBeta, IEnumerable<string> ours)
        => [new HtmlCell(measure), Cell(fixedBeta, "cited"), Cell(adaptiveBeta, "cited"), .. ours.Select(text => Cell(text, "ours"))];

    private static HtmlCell Cell(string text, string origin) => text.Length == 0 ? new HtmlCell("") : new HtmlCell(text, origin);
}
