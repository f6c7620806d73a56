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
            + $"{result.Plan.FullSteps} steps of DDIM that begins with the same noise, on a schedule of the same kind: for rows on "
            + "hybrid schedules "
            + "the hybrid one, for the others the recomputed one (of DPM-Solver++ too). An ancestral run has no such error; its row is "
            + "run by DDIM, "
            + "where R5 and R6 are one.", "soft");
        page.Append(PlotOf(result).Draw());
        Table(page, result, point => point.Error);
        Compare(page, AcDiffComparison.Of(points));
        page.Append("<h2 id=\"hardest\">The hardest tenth</h2>\n");
        HtmlPage.Paragraph(page,
            "The tenth of the conditions with the largest geometric mean of errors over all rows of a budget. Every row counts "
            + "alike, so that none is judged on conditions that were chosen for its own large errors.", "soft");
        var hardest = result.Plan.Budgets.ToDictionary(budget => budget, budget
            => AcDiffComparison.HardestTenth([.. points.Where(point => point.Budget == budget).Select(point => point.Errors)]));
        Table(page, result, point => Distribution.Of([.. hardest[point.Budget].Select(sample => point.Errors[sample])]));
    }

    /// <summary>Errors over mean evaluations.</summary>
    public static LogPlot PlotOf(AcDiffResult result) => new([.. AcDiffRow.OfErrors.Index().Select(row => new LogLine(
        $"{row.Item.Id}: {row.Item.Name}", $"s{row.Index % HtmlPage.Colours}",
        [.. result.Errors.Where(point => point.Row == row.Item && point.Error.Mean > 0).OrderBy(point => point.Evaluations)
            .Select(point => new LogPoint(point.Evaluations, point.Error.Mean, point.Error.MeanInterval, Title(point, point.Error)))]))
        .Where(line => line.Points.Count > 0)], "mean evaluations", "root mean square error");

    private static void Table(StringBuilder page, AcDiffResult result, Func<AcDiffErrorPoint, Distribution> of)
        => HtmlPage.Table(page, ["row", .. result.Plan.Budgets.Select(budget => $"{budget} steps")], AcDiffRow.OfErrors.Select(row
            => ((IReadOnlyList<HtmlCell>)
            [
                new HtmlCell(row.Id, row.Name),
                .. result.Errors.Where(point => point.Row == row).Select(point =>
                {
                    Distribution error = of(point);
                    bool least = result.Errors.Where(other => other.Budget == point.Budget).All(other => of(other).Mean >= error.Mean);
                    return new HtmlCell(Figure(error.Mean), Figure(error.MeanInterval), Title(point, error), least);
                }),
            ], row == AcDiffRow.Deterministic)));

    private static string Title(AcDiffErrorPoint point, Distribution error)
        => $"{point.Row.Name}: {Figure(error.Mean)} ({Figure(error.MeanInterval)}), {Figure(point.Evaluations, "0.0")} steps in the mean, "
        + $"{Figure(point.Seconds, "0.00")} s";
}
