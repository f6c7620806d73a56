using System.Globalization;
using System.Net;
using System.Text;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>A study as one HTML file: nothing beside it, no script, light and dark.</summary>
internal static class StudyPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6472; --paper: #fbfbf9; --line: #dcdfe4; --card: #fff;
          --s0: #1f5ea8; --s1: #c2571a; --s2: #4f8a2b; --s3: #8a4fb0; --s4: #b8860b; --s5: #0f8b8d; --s6: #c0395b; --s7: #6b7280; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --soft: #a3acb9; --paper: #14171c; --line: #343a44; --card: #1b1f26;
          --s0: #6aa9f0; --s1: #f0955a; --s2: #8ccb62; --s3: #c69ae6; --s4: #e2bd55; --s5: #5fd0d0; --s6: #f0809a; --s7: #9aa3b0; } }
        body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.2rem 4rem; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; } h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; }
        .soft { color: var(--soft); font-size: .92rem; } .summary { border-left: 4px solid var(--s0); padding: .1rem 1rem; margin: 1.4rem 0; }
        .summary p { font-size: 1.08rem; margin: .6rem 0; }
        figure { margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem; }
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--soft); }
        .grid { stroke: var(--line); fill: none; } .line { fill: none; stroke-width: 2; } .bar { fill: none; stroke-width: 1.5; }
        figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .88rem; padding: .3rem .4rem; }
        .key { display: inline-block; width: .75em; height: .75em; margin-right: .4em; } .key.adaptive { border-radius: 50%; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { font-weight: 600; color: var(--soft); }
        td.wide { white-space: normal; text-align: left; min-width: 14rem; color: var(--soft); } tr.adaptive td { font-weight: 600; }
        code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
        """;

    /// <summary>The page.</summary>
    public static string Write(StudyResult result)
    {
        var page = new StringBuilder();
        StudyPlan plan = result.Plan;
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Adaptive diffusion on {Encode(result.Model)}</title>\n<style>\n{Style}\n{Colours()}</style>\n</head>\n<body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>What deciding by the sample does to {Encode(result.Model)}</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">AdaptiveDiffusion (Ye et al. 2024, arXiv:2410.09873) and its controls, drawn by rubato {GenerationRecord.Version} with weights {result.WeightsHash[..10]}, kernels {KernelSet.Current.Name}.</p>\n")
            .Append("<div class=\"summary\">\n");
        foreach (string sentence in result.Summary) Paragraph(page, sentence);
        page.Append("</div>\n");
        Paragraph(page, FormattableString.Invariant($"Reported are {plan.Samples} seeds from {StudyPlan.FirstSeed} on for the main question, and the first {plan.Seeds(4).Length} of them for the others; thresholds are chosen on up to {plan.ChoiceSeeds().Length} seeds from {StudyPlan.FirstChoiceSeed} on, which are not reported. ")
            + "Every run is compared with the full run of its own seed and class: PSNR of the 8-bit pictures, at most 60 dB (equal pictures count as 60), SSIM"
            + (result.PerceptualName is { } name ? $", and {name}. " : ". ")
            + "Ranges are 95 % bootstrap intervals of the mean; leads are taken in pairs of one seed. An evaluation is one forward of the network for one sample and one branch.", "soft");
        foreach (StudySection section in result.Sections) Section(page, section);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Section(StringBuilder page, StudySection section)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{section.Id}\">{Encode(section.Title)}</h2>\n");
        Paragraph(page, section.Method, "soft");
        foreach (string finding in section.Findings) Paragraph(page, finding);
        if (section.Points.Count > 0)
        {
            string[] series = StudyPlot.Series(section.Points);
            page.Append("<figure>\n").Append(StudyPlot.Draw(section.Points)).Append("<figcaption>");
            for (int k = 0; k < series.Length; k++)
            {
                bool adaptive = section.Points.First(point => point.Series == series[k]).Role == PointRole.Adaptive;
                page.Append(CultureInfo.InvariantCulture, $"<span><i class=\"key s{k}{(adaptive ? " adaptive" : "")}\"></i>{Encode(series[k])}</span>");
            }

            page.Append("</figcaption>\n</figure>\n");
            Points(page, section.Points);
        }

        if (section.Table is { } table) Table(page, table.Columns, table.Rows.Select(row => (row, false)));
    }

    private static void Points(StringBuilder page, IReadOnlyList<StudyPoint> points)
    {
        bool ssim = points.Any(point => point.Ssim is not null), perceptual = points.Any(point => point.Perceptual is not null);
        string[] columns = ["", "at", "samples", "evaluations", "share", "PSNR mean", "95 %", "median", "5th pct.",
            .. ssim ? ["SSIM"] : (string[])[], .. perceptual ? ["distance"] : (string[])[], "first leads by", "settings"];
        Table(page, columns, points.Select(point => ((IReadOnlyList<string>)
        [
            point.Series, point.Group, Number(point.Samples, "0"), Number(point.Evaluations, "0.0"), Number(100 * point.Share, "0.0") + " %",
            Number(point.Psnr.Mean, "0.00"), Range(point.Psnr.MeanInterval), Number(point.Psnr.Median, "0.00"), Number(point.Psnr.Fifth, "0.00"),
            .. ssim ? [point.Ssim is { } s ? Number(s.Mean, "0.0000") : ""] : (string[])[],
            .. perceptual ? [point.Perceptual is { } d ? Number(d.Mean, "0.0000") : ""] : (string[])[],
            point.Lead is { } lead ? $"{Number(lead.Mean, "+0.00;-0.00")} ({Range(lead.MeanInterval)})" : "", point.Settings,
        ], point.Role == PointRole.Adaptive)));
    }

    private static void Table(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<(IReadOnlyList<string> Cells, bool Strong)> rows)
    {
        page.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", columns.Select(column => $"<th>{Encode(column)}</th>")).Append("</tr>\n");
        foreach ((IReadOnlyList<string> cells, bool strong) in rows)
        {
            page.Append(strong ? "<tr class=\"adaptive\">" : "<tr>").AppendJoin("", cells.Index().Select(cell
                => $"<td{(columns[cell.Index] == "settings" ? " class=\"wide\"" : "")}>{Encode(cell.Item)}</td>")).Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void Paragraph(StringBuilder page, string text, string? kind = null)
        => page.Append(CultureInfo.InvariantCulture, $"<p{(kind is null ? "" : $" class=\"{kind}\"")}>{Encode(text)}</p>\n");

    private static string Colours() => string.Concat(Enumerable.Range(0, 8).Select(k => FormattableString.Invariant(
        $"svg .s{k} {{ stroke: var(--s{k}); }} svg g.s{k} circle, svg g.s{k} rect {{ fill: var(--s{k}); stroke: none; }} .key.s{k} {{ background: var(--s{k}); }}\n")));

    private static string Range(Interval interval) => $"{Number(interval.Low, "0.00")} to {Number(interval.High, "0.00")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
