namespace Rubato.Benchmarks;

/// <summary>The section of errors: how far rows end from a long run on schedules of the same kind.</summary>
internal static class AcDiffErrors
{
    /// <summary>Measures all rows.</summary>
    public static async Task<IReadOnlyList<AcDiffErrorPoint>> MeasureAsync(
        AcDiffRuns runs, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, AcDiffHorizons horizons)
    {
        runs.Begin("errors");
        var references = AcDiffRow.References.ToDictionary(
            row => row.Schedule, row => runs.ErrorTo(conditions, row, plan.FullSteps), StringComparer.Ordinal);
        var points = new List<AcDiffErrorPoint>();
        foreach (int budget in plan.Budgets)
        {
            foreach (AcDiffRow row in AcDiffRow.OfErrors)
            {
                int[] steps = horizons.For(row.Horizons, budget);
                MeasuredRow made = await runs.MeasureErrorsAsync(conditions, row, steps, references[row.Schedule]).ConfigureAwait(false);
                points.Add(new AcDiffErrorPoint(row, budget, steps, made.Values, made.Seconds));
            }
        }

        return points;
    }
}
