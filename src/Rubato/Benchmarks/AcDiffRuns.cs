using Rubato.Pipelines;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>Makes the runs of rows, and adds up what they took.</summary>
internal sealed class AcDiffRuns(Diffuser parts, ISolverRunner runner)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Seconds of all runs, each once.</summary>
    public double Seconds { get; private set; }

    /// <summary>Begins a part of the study.</summary>
    public void Begin(string section) => runner.Begin(section);

    /// <summary>Makes one run for each condition.</summary>
    /// <param name="conditions">What to show.</param>
    /// <param name="row">How.</param>
    /// <param name="steps">For each condition.</param>
    /// <param name="measure">What is kept.</param>
    /// <param name="guidance">w.</param>
    /// <param name="layers">What adapts the runs.</param>
    /// <param name="shown">How a condition is shown; null for by telling the network.</param>
    public async Task<SolverRun[]> RunAsync(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int[] steps, IStateMeasure measure, double guidance = 1,
        IReadOnlyList<IAdaptation>? layers = null, Func<AcDiffCondition, RunCondition>? shown = null)
    {
        var setting = new Setting(row.Solver, Steps: 0, guidance, HasClass: true, row.Schedule);
        var task = new SolverTask(setting, [.. conditions.Select(condition => condition.Seed)], measure)
        {
            Horizons = steps,
            Layers = layers ?? [],
            Conditions = [.. conditions.Select(shown ?? Told)],
        };
        SolverRun[] runs = await runner.RunAsync(task).ConfigureAwait(false);
        Seconds += runs.Where((_, sample) => _made.Add(task.KeyOf(sample))).Sum(run => run.Seconds);
        return runs;
    }

    private RunCondition Told(AcDiffCondition condition)
        => new(condition.Name, parts.ConditionOf(parts.ConditionOf(condition.Class), condition.Structure));
}
