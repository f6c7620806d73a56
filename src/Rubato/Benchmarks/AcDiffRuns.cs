using System.Security.Cryptography;
using System.Text;
using Rubato.Pipelines;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>Makes the runs of rows, and adds up what they took.</summary>
/// <param name="parts">The model.</param>
/// <param name="runner">Makes runs.</param>
/// <param name="rows">Rows that are finished.</param>
/// <param name="keeps">Whether rows are added to them: not where runs are only counted.</param>
internal sealed class AcDiffRuns(Diffuser parts, ISolverRunner runner, RunCache<MeasuredRow> rows, bool keeps)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Seconds of all runs, each once.</summary>
    public double Seconds { get; private set; }

    /// <summary>Begins a part of the study.</summary>
    public void Begin(string section) => runner.Begin(section);

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

    /// <summary>The measure of errors to the whole states of a row with as many steps for all; those are drawn when they are missed.</summary>
    public ErrorToReference ErrorTo(IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int steps)
    {
        SolverTask task = TaskOf(
            conditions, row, [.. Enumerable.Repeat(steps, conditions.Count)], new WholeState(parts.Network.SampleShape.Elements));
        string key = KeyOf(task, "reference");
        if (rows.Find(key) is { } known) Count(key, task, known);
        return new ErrorToReference(async () =>
        {
            SolverRun[] runs = await runner.RunAsync(task).ConfigureAwait(false);
            if (rows.Find(key) is null) Keep(key, task, runs, []);
            return runs;
        }, $"{row.Solver}, {steps} steps, {row.Schedule}", parts.Range);
    }

    /// <summary>Measures a row, once for all times.</summary>
    /// <param name="task">Its runs.</param>
    /// <param name="name">What is measured, apart from what is kept of each run.</param>
    /// <param name="measure">Measures it.</param>
    public async Task<MeasuredRow> MeasureAsync(SolverTask task, string name, Func<SolverRun[], double[]> measure)
    {
        string key = KeyOf(task, name);
        if (rows.Find(key) is { } known)
        {
            Count(key, task, known);
            return known;
        }

        SolverRun[] runs = await runner.RunAsync(task).ConfigureAwait(false);
        return Keep(key, task, runs, measure(runs));
    }

    /// <summary>Measures the errors of a row: its values, by condition.</summary>
    public Task<MeasuredRow> MeasureErrorsAsync(
        IReadOnlyList<AcDiffCondition> conditions, AcDiffRow row, int[] steps, ErrorToReference error)
        => MeasureAsync(TaskOf(conditions, row, steps, error), "errors", made => [.. made.Select(run => (double)run.Values[0])]);

    private MeasuredRow Keep(string key, SolverTask task, SolverRun[] runs, double[] values)
    {
        double spent = runs.Where((_, sample) => _made.Add(task.KeyOf(sample))).Sum(run => run.Seconds);
        var row = new MeasuredRow(runs.Average(run => run.Evaluations), runs.Average(run => run.Seconds), spent, values);
        Seconds += spent;
        _made.Add(key);
        if (keeps) rows.Add(key, row);
        return row;
    }

    /// <summary>Counts what a row took that is there, once; its runs are then counted too.</summary>
    private void Count(string key, SolverTask task, MeasuredRow row)
    {
        if (!_made.Add(key)) return;
        Seconds += row.Spent;
        for (int sample = 0; sample < task.Seeds.Count; sample++) _made.Add(task.KeyOf(sample));
    }

    /// <summary>A digest of the keys of all runs.</summary>
    private static string KeyOf(SolverTask task, string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int sample = 0; sample < task.Seeds.Count; sample++) hash.AppendData(Encoding.UTF8.GetBytes(task.KeyOf(sample) + "\n"));
        return $"{name} of {Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }

    private RunCondition Told(AcDiffCondition condition)
        => new(condition.Name, parts.ConditionOf(parts.ConditionOf(condition.Class), condition.Structure));
}
