using Rubato.Pipelines;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>Makes the runs of rows that show conditions.</summary>
/// <param name="parts">The model.</param>
/// <param name="runner">Makes runs.</param>
/// <param name="rows">Rows that are finished.</param>
/// <param name="keeps">Whether rows are added to them.</param>
internal sealed class AcDiffRuns(Diffuser parts, ISolverRunner runner, RunCache<MeasuredRow> rows, bool keeps)
    : MeasuredRuns(runner, rows, keeps)
{
    /// <summary>One run for each condition.</summary>
    /// <param name="conditions">What to show.</param>
    /// <param name="row">How.</param>
    /// <param name="steps">For each condition.</param>
    /// <param name="measure">What is kept.</param>
    /// <param name="guidance">w.</param>
    /// <param name="layers">What adapts the runs.</param>
    /// <param name="shown">How a condition is shown; null for by telling the network.</param>
    public SolverTask TaskOf(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int[] steps, IStateMeasure measure, double guidance = 1,
        IReadOnlyList<IAdaptation>? layers = null, Func<AcDiffCondition, RunCondition>? shown = null)
    {
        var setting = new Setting(row.Solver, Steps: 0, guidance, HasClass: true, row.Schedule);
        return new SolverTask(setting, [.. conditions.Select(condition => condition.Seed)], measure)
        {
            Horizons = steps,
            Layers = layers ?? [],
            Conditions = [.. conditions.Select(shown ?? Told)],
        };
    }

    /// <summary>The measure of errors to a row with as many steps for all.</summary>
    public ErrorToReference ErrorTo(IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int steps)
    {
        SolverTask reference = TaskOf(
            conditions, row, [.. Enumerable.Repeat(steps, conditions.Count)], new WholeState(parts.Network.SampleShape.Elements));
        return ErrorTo(reference, $"{row.Solver}, {steps} steps, {row.Schedule}", parts.Range);
    }

    /// <summary>Measures the errors of a row: its values, by condition.</summary>
    public Task<MeasuredRow> MeasureErrorsAsync(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int[] steps, ErrorToReference error)
        => MeasureErrorsAsync(TaskOf(conditions, row, steps, error));

    private RunCondition Told(AcDiffCondition condition)
        => new(condition.Name, parts.ConditionOf(parts.ConditionOf(condition.Class), condition.Structure));
}
