using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>The section of errors: how far DDIM ends from its own long run on schedules of the same kind.</summary>
internal static class AcDiffErrors
{
    /// <summary>Measures all rows.</summary>
    public static async Task<IReadOnlyList<AcDiffErrorPoint>> MeasureAsync(
        AcDiffRuns runs, Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        runs.Begin("errors: long runs");
        var references = new Dictionary<string, ErrorToReference>(StringComparer.Ordinal);
        var whole = new WholeState(parts.Network.SampleShape.Elements);
        foreach (AcDiffRow row in (AcDiffRow[])[AcDiffRow.Ladder, AcDiffRow.PlainLadder])
        {
            int[] all = horizons.For(HorizonSource.Fixed, plan.FullSteps);
            SolverRun[] ends = await runs.RunAsync(conditions, row, all, whole).ConfigureAwait(false);
            references[row.Schedule] = new ErrorToReference(ends, $"{row.Solver}, {plan.FullSteps} steps, {row.Schedule}", parts.Range);
        }

        runs.Begin("errors");
        var points = new List<AcDiffErrorPoint>();
        foreach (int budget in plan.Budgets)
        {
            foreach (AcDiffRow row in AcDiffRow.OfErrors)
            {
                int[] steps = horizons.For(row.Horizons, budget);
                SolverRun[] made = await runs.RunAsync(conditions, row, steps, references[row.Schedule]).ConfigureAwait(false);
                points.Add(new AcDiffErrorPoint(
                    row, budget, steps, [.. made.Select(run => (double)run.Values[0])], made.Average(run => run.Seconds)));
            }
        }

        return points;
    }
}
