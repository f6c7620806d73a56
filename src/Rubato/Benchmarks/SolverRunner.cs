using System.Diagnostics;
using Rubato.Engine;
using Rubato.Networks;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>What a run shows in place of the class of its seed.</summary>
/// <param name="Name">In the keys of runs: nothing else has it.</param>
/// <param name="Condition">What the network is told.</param>
/// <param name="Layer">What leads the run there besides; null for nothing.</param>
internal readonly record struct RunCondition(string Name, Condition? Condition, IAdaptation? Layer = null);

/// <summary>Runs of one setting, of which one thing is measured.</summary>
/// <param name="Setting">What they share.</param>
/// <param name="Seeds">One run each.</param>
/// <param name="Measure">What is kept of their final states.</param>
internal sealed record SolverTask(Setting Setting, IReadOnlyList<long> Seeds, IStateMeasure Measure)
{
    /// <summary>What adapts them, outermost first.</summary>
    public IReadOnlyList<IAdaptation> Layers { get; init; } = [];

    /// <summary>Steps of each run; null for those of the setting.</summary>
    public IReadOnlyList<int>? Horizons { get; init; }

    /// <summary>What each run shows; null for the classes of the seeds.</summary>
    public IReadOnlyList<RunCondition>? Conditions { get; init; }

    /// <summary>The setting of a run.</summary>
    public Setting SettingOf(int sample) => Horizons is null ? Setting : Setting with { Steps = Horizons[sample] };

    /// <summary>What adapts a run.</summary>
    public IReadOnlyList<IAdaptation> LayersOf(int sample) => Conditions?[sample].Layer is { } own ? [.. Layers, own] : Layers;

    /// <summary>The key of a run.</summary>
    public string KeyOf(int sample) => SettingOf(sample).KeyOf(Seeds[sample],
        $"{string.Join('+', LayersOf(sample).Select(layer => layer.Description))} {Measure.Name}"
        + (Conditions is null ? "" : $" {Conditions[sample].Name}"));
}

/// <summary>Makes the runs of a study of solvers: on a model, or, to count them beforehand, on none.</summary>
internal interface ISolverRunner
{
    /// <summary>Begins a part of the study; it counts as one in the budget and in the progress.</summary>
    void Begin(string section);

    /// <summary>Makes runs.</summary>
    /// <returns>In the order of the seeds.</returns>
    Task<SolverRun[]> RunAsync(SolverTask task);
}

/// <summary>Makes runs on a model, and keeps them.</summary>
internal sealed class SolverRunner(StudySampler sampler, RunCache<SolverRun> cache, StudyLedger ledger) : ISolverRunner
{
    // Two full batches: while one is evaluated, the states of the other move. More would cost more where the process is killed: a
    // reference is a thousand calls.
    private const int Together = 32;

    /// <inheritdoc/>
    public void Begin(string section) => ledger.Begin(section);

    /// <inheritdoc/>
    public async Task<SolverRun[]> RunAsync(SolverTask task)
    {
        SolverRun?[] runs = [.. Enumerable.Range(0, task.Seeds.Count).Select(sample => cache.Find(task.KeyOf(sample)))];
        // A batch waits for its longest run.
        int[] missing = [.. Enumerable.Range(0, runs.Length).Where(sample => runs[sample] is null).OrderBy(sample => task.SettingOf(sample).Steps)];
        if (missing.Length > 0) await task.Measure.PrepareAsync().ConfigureAwait(false);
        foreach (int[] together in missing.Chunk(Together))
        {
            long started = Stopwatch.GetTimestamp();
            Sample[] samples = await Task.WhenAll(together.Select(sample => sampler.SampleAsync(
                task.SettingOf(sample), task.Seeds[sample], task.LayersOf(sample), task.Conditions?[sample]))).ConfigureAwait(false);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / together.Length;
            float[][] values = task.Measure.Of(together, [.. samples.Select(sample => sample.State)]);
            for (int i = 0; i < together.Length; i++)
            {
                SolverRun run = runs[together[i]] = new SolverRun(samples[i].Trace.Evaluations, seconds, values[i]);
                cache.Add(task.KeyOf(together[i]), run);
                ledger.Count(run.Evaluations, fresh: false);
            }
        }

        return runs!;
    }
}

/// <summary>Makes no run, and counts what a study has yet to evaluate: each run once, adaptive ones as if they skipped a third.</summary>
/// <param name="calls">Counts calls of the network.</param>
/// <param name="isThere">Whether the run of a key is finished.</param>
internal sealed class CountingSolverRunner(CallCount calls, Func<string, bool> isThere) : ISolverRunner
{
    private const double AdaptiveShare = 2.0 / 3;

    private readonly List<(string Section, long Evaluations)> _sections = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Evaluations of each part, in the order of their beginnings; a run that is there, or that an earlier part makes, costs nothing.</summary>
    public IReadOnlyList<(string Section, long Evaluations)> Sections => _sections;

    /// <inheritdoc/>
    public void Begin(string section) => _sections.Add((section, 0));

    /// <inheritdoc/>
    public async Task<SolverRun[]> RunAsync(SolverTask task)
    {
        float[] values = new float[task.Measure.Count];
        SolverRun[] runs = [.. Enumerable.Range(0, task.Seeds.Count).Select(sample => new SolverRun(EvaluationsOf(task, sample), 0, values))];
        long fresh = runs.Where((_, sample) => task.KeyOf(sample) is var key && !isThere(key) && _made.Add(key)).Sum(run => (long)run.Evaluations);
        _sections[^1] = (_sections[^1].Section, _sections[^1].Evaluations + fresh);
        if (fresh > 0) await task.Measure.PrepareAsync().ConfigureAwait(false);
        return runs;
    }

    private int EvaluationsOf(SolverTask task, int sample)
    {
        Setting setting = task.SettingOf(sample);
        int full = setting.Branches * calls.Of(setting.Solver, setting.Steps, setting.Schedule)!.Value;
        return task.Layers.Count == 0 ? full : (int)(AdaptiveShare * full);
    }
}
