using System.Globalization;
using System.Text;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>A study as one HTML file: nothing beside it, no script, light and dark.</summary>
internal static class StudyPage
{
    /// <summary>The page.</summary>
    public static string Write(StudyResult result)
    {
        var page = new StringBuilder();
        StudyPlan plan = result.Plan;
        HtmlPage.Begin(page, $"Adaptive diffusion on {result.Model}");
        page.Append(CultureInfo.InvariantCulture, $"<h1>What deciding by the sample does to {HtmlPage.Encode(result.Model)}</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">AdaptiveDiffusion (Ye et al. 2024, arXiv:2410.09873) and its controls, drawn by rubato {GenerationRecord.Version} with weights {result.WeightsHash[..10]}, kernels {KernelSet.Current.Name}.</p>\n")
            .Append("<div class=\"summary\">\n");
        foreach (string sentence in result.Summary) HtmlPage.Paragraph(page, sentence);
        page.Append("</div>\n");
        HtmlPage.Paragraph(page, FormattableString.Invariant($"Reported are {plan.Samples} seeds from {StudyPlan.FirstSeed} on for the main question, and the first {plan.Seeds(4).Length} of them for the others; thresholds are chosen on up to {plan.ChoiceSeeds().Length} seeds from {StudyPlan.FirstChoiceSeed} on, which are not reported. ")
            + "Every run is compared with the full run of its own seed and class: PSNR of the 8-bit pictures, at most 60 dB (equal pictures count as 60), SSIM"
            + (result.PerceptualName is { } name ? $", and {name}. " : ". ")
            + "Ranges are 95 % bootstrap intervals of the mean; leads are taken in pairs of one seed. An evaluation is one forward of the network for one sample and one branch.", "soft");
        foreach (StudySection section in result.Sections) Section(page, section);
        return HtmlPage.End(page);
    }

    private static void Section(StringBuilder page, StudySection section)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{section.Id}\">{HtmlPage.Encode(section.Title)}</h2>\n");
        HtmlPage.Paragraph(page, section.Method, "soft");
        foreach (string finding in section.Findings) HtmlPage.Paragraph(page, finding);
        if (section.Points.Count > 0)
        {
            string[] series = StudyPlot.Series(section.Points);
            page.Append("<figure>\n").Append(StudyPlot.Draw(section.Points)).Append("<figcaption>");
            for (int k = 0; k < series.Length; k++)
            {
                bool adaptive = section.Points.First(point => point.Series == series[k]).Role == PointRole.Adaptive;
                page.Append(CultureInfo.InvariantCulture, $"<span><i class=\"key s{k}{(adaptive ? " adaptive" : "")}\"></i>{HtmlPage.Encode(series[k])}</span>");
            }

            page.Append("</figcaption>\n</figure>\n");
            Points(page, section.Points);
        }

        if (section.Table is { } table) HtmlPage.Table(page, table.Columns, table.Rows.Select(row => (HtmlPage.Cells(row), false)));
    }

    private static void Points(StringBuilder page, IReadOnlyList<StudyPoint> points)
    {
        bool ssim = points.Any(point => point.Ssim is not null), perceptual = points.Any(point => point.Perceptual is not null);
        string[] columns = ["", "at", "samples", "evaluations", "share", "PSNR mean", "95 %", "median", "5th pct.",
            .. ssim ? ["SSIM"] : (string[])[], .. perceptual ? ["distance"] : (string[])[], "first leads by", "settings"];
        HtmlPage.Table(page, columns, points.Select(point => (HtmlPage.Cells(
        [
            point.Series, point.Group, Number(point.Samples, "0"), Number(point.Evaluations, "0.0"), Number(100 * point.Share, "0.0") + " %",
            Number(point.Psnr.Mean, "0.00"), Range(point.Psnr.MeanInterval), Number(point.Psnr.Median, "0.00"), Number(point.Psnr.Fifth, "0.00"),
            .. ssim ? [point.Ssim is { } s ? Number(s.Mean, "0.0000") : ""] : (string[])[],
            .. perceptual ? [point.Perceptual is { } d ? Number(d.Mean, "0.0000") : ""] : (string[])[],
            point.Lead is { } lead ? $"{Number(lead.Mean, "+0.00;-0.00")} ({Range(lead.MeanInterval)})" : "", point.Settings,
        ]), point.Role == PointRole.Adaptive)));
    }

    private static string Range(Interval interval) => $"{Number(interval.Low, "0.00")} to {Number(interval.High, "0.00")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
