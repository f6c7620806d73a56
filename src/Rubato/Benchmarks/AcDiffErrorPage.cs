using System.Text;
using static Rubato.Benchmarks.AcDiffPage;

namespace Rubato.Benchmarks;

/// <summary>The part of the page that tells errors.</summary>
internal static class AcDiffErrorPage
{
    /// <summary>Plot, table, differences and the hardest tenth.</summary>
    public static void Write(StringBuilder page, AcDiffResult result)
    {
        IReadOnlyList<AcDiffErrorPoint> points = result.Errors;
        page.Append("<h2 id=\"errors\">Errors</h2>\n");
        HtmlPage.Paragraph(page,
            $"Mean root mean square difference, in a range of -1 to 1, of {result.Plan.Samples} samples from the run of "
            + $"{result.Plan.FullSteps} steps of DPM-Solver++ 2M that begins with the same noise, on a schedule of the same kind: for "
            + "rows on hybrid schedules the hybrid one, for the others the recomputed one. That run is nearer to the exact solution "
            + "than DDIM's of as many steps, whose error would be the least that any row can have. An ancestral run has no such error; "
            + "its row is run by DDIM, where R5 and R6 are one.", "soft");
        page.Append(PlotOf(result).Draw());
        Table(page, AcDiffRow.OfErrors, points, result.Plan.Budgets);
        Compare(page, AcDiffComparison.Of(points));
        page.Append("<h2 id=\"hardest\">The hardest tenth</h2>\n");
        HtmlPage.Paragraph(page,
            "The tenth of the conditions with the largest geometric mean of errors over the rows of a budget that give all as many "
            + "steps: horizons by condition have no part in the choice.", "soft");
        IReadOnlyList<AcDiffErrorPoint> hardest = AcDiffComparison.Hardest(points);
        Table(page, AcDiffRow.OfErrors, hardest, result.Plan.Budgets);
        Compare(page, AcDiffComparison.Of(hardest));
    }

    /// <summary>Table and differences of the ablations.</summary>
    public static void WriteAblations(StringBuilder page, AcDiffResult result)
    {
        page.Append("<h2 id=\"ablations\">Rules, schedules, solvers</h2>\n");
        HtmlPage.Paragraph(page,
            $"Errors as above, of {result.Plan.AblationSamples} of the conditions. R4t deals steps so that all are foreseen to have the "
            + "same error, where R4 makes the mean of foreseen errors least. R6c is on a schedule of constant rate, between whose levels "
            + "the denoised sample moves equally far on normal data of the pictures' covariance; hybrid schedules are fitted to errors on "
            + "the same data. M4 and M6 are DPM-Solver++ 2M in DDIM's place.", "soft");
        Table(page, AcDiffRow.OfAblations, result.Ablations, result.Plan.AblationBudgets);
        Compare(page, AcDiffComparison.Of(result.Ablations));
    }

    /// <summary>Errors over mean evaluations.</summary>
    public static LogPlot PlotOf(AcDiffResult result) => new([.. AcDiffRow.OfErrors.Index().Select(row => new LogLine(
        $"{row.Item.Id}: {row.Item.Name}", $"s{row.Index % HtmlPage.Colours}",
        [.. result.Errors.Where(point => point.Row == row.Item && point.Error.Mean > 0).OrderBy(point => point.Evaluations)
            .Select(point => new LogPoint(point.Evaluations, point.Error.Mean, point.Error.MeanInterval, Title(point)))]))
        .Where(line => line.Points.Count > 0)], "mean evaluations", "root mean square error");

    private static void Table(
        StringBuilder page, IReadOnlyList<AcDiffRow> rows, IReadOnlyList<AcDiffErrorPoint> points, IReadOnlyList<int> budgets)
        => HtmlPage.Table(page, ["row", .. budgets.Select(budget => $"{budget} steps")], rows.Select(row
            => ((IReadOnlyList<HtmlCell>)
            [
                new HtmlCell(row.Id, row.Name),
                .. points.Where(point => point.Row == row).Select(point => new HtmlCell(
                    Figure(point.Error.Mean), Figure(point.Error.MeanInterval), Title(point),
                    points.Where(other => other.Budget == point.Budget).All(other => other.Error.Mean >= point.Error.Mean))),
            ], row == AcDiffRow.Deterministic)));

    private static string Title(AcDiffErrorPoint point)
        => $"{point.Row.Name}: {Figure(point.Error.Mean)} ({Figure(point.Error.MeanInterval)}), {Figure(point.Evaluations, "0.0")} steps in the mean, "
        + $"{Figure(point.Seconds, "0.00")} s";
}
