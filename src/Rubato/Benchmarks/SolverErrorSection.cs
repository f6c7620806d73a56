using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>The parts of the page that tell errors.</summary>
internal static class SolverErrorSection
{
    /// <summary>Plot, table and winners of one weight of guidance.</summary>
    public static void Write(StringBuilder page, SolverStudyResult result, double guidance)
    {
        SolverPoint[] points = [.. result.Points.Where(point => point.Guidance == guidance)];
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"errors-{guidance}\">Errors {Words(guidance)}</h2>\n");
        HtmlPage.Paragraph(page, "Mean root mean square difference from the reference, in a range of -1 to 1, with its 95 % bootstrap "
            + "interval. A call is " + (guidance == 1 ? "one evaluation." : "two evaluations: one with the class, one without."), "soft");
        if (PlotOf(result, guidance) is { } plot) page.Append(plot.Draw());
        Table(page, result.Plan, points, result.Ranking.Select(solver => (solver, result.Plan.Schedule)), points);
        Wins(page, SolverWin.Of(points.Concat(result.OtherSchedules.Where(point => point.Guidance == guidance))));
    }

    /// <summary>Errors of all solvers over their calls; null where nothing was measured.</summary>
    public static LogPlot? PlotOf(SolverStudyResult result, double guidance)
    {
        LogLine[] lines = [.. result.Ranking.Select((solver, i) => new LogLine(solver, i < HtmlPage.Colours ? $"s{i}" : LogPlot.Background,
            [.. result.Points.Where(point => point.Guidance == guidance && point.Solver == solver && point.Error is { Mean: > 0 })
                .DistinctBy(point => point.Calls).Select(point => new LogPoint(point.Calls, point.Mean, point.Error!.MeanInterval, Title(point)))]))
            .Where(line => line.Points.Count > 0)];
        return lines.Length > 0 ? new LogPlot(lines, "calls of the network", "root mean square error") : null;
    }

    /// <summary>The best solvers on other schedules, beside their errors on the common one.</summary>
    public static void WriteSchedules(StringBuilder page, SolverStudyResult result)
    {
        page.Append("<h2 id=\"schedules\">The best on other schedules</h2>\n");
        foreach (double guidance in result.OtherSchedules.Select(point => point.Guidance).Distinct())
        {
            HtmlPage.Paragraph(page, $"Errors {Words(guidance)}.", "soft");
            SolverPoint[] points = [.. result.Points.Concat(result.OtherSchedules).Where(point => point.Guidance == guidance)];
            string[] solvers = [.. result.OtherSchedules.Select(point => point.Solver).Distinct(StringComparer.Ordinal)];
            (string, string)[] rows = [.. solvers.SelectMany(solver
                => result.Plan.OtherSchedules.Prepend(result.Plan.Schedule).Select(schedule => (solver, schedule)))];
            Table(page, result.Plan, points, rows, [.. points.Where(point => rows.Contains((point.Solver, point.Schedule)))]);
        }
    }

    private static void Table(
        StringBuilder page, SolverStudyPlan plan, SolverPoint[] points, IEnumerable<(string Solver, string Schedule)> rows,
        SolverPoint[] rivals)
    {
        IReadOnlyList<int> budgets = plan.Budgets;
        HtmlPage.Table(page, ["solver", .. budgets.Select(budget => $"{budget} calls")], rows.Select(row => ((IReadOnlyList<HtmlCell>)
        [
            new HtmlCell(row.Solver, row.Schedule == plan.Schedule ? null : row.Schedule),
            .. budgets.Select(budget => Cell(points.FirstOrDefault(point
                => point.Budget == budget && point.Solver == row.Solver && point.Schedule == row.Schedule))),
        ], false)));

        HtmlCell Cell(SolverPoint? point) => point is null ? new HtmlCell("")
            : point.Error is null ? new HtmlCell("diverges")
            : new HtmlCell(Number(point.Mean), point.Psnr is { } psnr ? string.Create(CultureInfo.InvariantCulture, $"{psnr:0.0} dB") : null,
                Title(point), point.Mean <= rivals.Where(rival => rival.Budget == point.Budget).Min(rival => rival.Mean));
    }

    private static void Wins(StringBuilder page, IReadOnlyList<SolverWin> wins)
    {
        HtmlPage.Paragraph(page, "Who wins at which budget, schedules included; the lead is certain where its 95 % interval, in pairs of one "
            + "sample, excludes zero.", "soft");
        HtmlPage.Table(page, ["calls", "best", "error", "second", "error of it", "larger by", "lead"], wins.Select(win => (HtmlPage.Cells(
        [
            $"{win.Best.Budget}", Name(win.Best), Number(win.Best.Mean), Name(win.Second), Number(win.Second.Mean),
            string.Create(CultureInfo.InvariantCulture, $"{100 * win.Lead.Mean / win.Best.Mean:0.0} %"),
            win.Lead.MeanInterval.ExcludesZero ? "certain" : "not certain",
        ]), false)));
    }

    private static string Name(SolverPoint point) => $"{point.Solver}, {point.Schedule}";

    private static string Title(SolverPoint point)
    {
        Interval interval = point.Error!.MeanInterval;
        return $"{Name(point)}: {Number(point.Mean)} ({Number(interval.Low)} to {Number(interval.High)}), {point.Steps} steps, {point.Calls} calls";
    }

    private static string Number(double error) => error.ToString("0.00000", CultureInfo.InvariantCulture);

    private static string Words(double guidance)
        => guidance == 1 ? "without guidance" : string.Create(CultureInfo.InvariantCulture, $"at guidance {guidance}");
}
