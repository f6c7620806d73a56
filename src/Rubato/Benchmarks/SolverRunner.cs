using System.Diagnostics;
using Rubato.Engine;
using Rubato.Policies;

namespace Rubato.Benchmarks;

/// <summary>Runs of one setting, of which one thing is measured.</summary>
/// <param name="Setting">What they share.</param>
/// <param name="Seeds">One run each.</param>
/// <param name="Measure">What is kept of their final states.</param>
/// <param name="Policy">What adapts them; null for nothing.</param>
internal sealed record SolverTask(Setting Setting, IReadOnlyList<long> Seeds, IStateMeasure Measure, IPolicy? Policy = null)
{
    /// <summary>The key of a run.</summary>
    public string KeyOf(int sample) => Setting.KeyOf(Seeds[sample], $"{Policy?.Description} {Measure.Name}");
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
    // A full batch. More would cost more where the process is killed: a reference is a thousand calls.
    private const int Together = 16;

    /// <inheritdoc/>
    public void Begin(string section) => ledger.Begin(section);

    /// <inheritdoc/>
    public async Task<SolverRun[]> RunAsync(SolverTask task)
    {
        SolverRun?[] runs = [.. Enumerable.Range(0, task.Seeds.Count).Select(sample => cache.Find(task.KeyOf(sample)))];
        ledger.Count(runs.Sum(run => run?.Evaluations ?? 0), fresh: false);
        foreach (int[] together in Enumerable.Range(0, runs.Length).Where(sample => runs[sample] is null).ToArray().Chunk(Together))
        {
            long started = Stopwatch.GetTimestamp();
            Sample[] samples = await Task.WhenAll(together.Select(sample
                => sampler.SampleAsync(task.Setting, task.Seeds[sample], task.Policy is null ? [] : [task.Policy]))).ConfigureAwait(false);
            float[][] values = task.Measure.Of(together, [.. samples.Select(sample => sample.State)]);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / together.Length;
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

/// <summary>Makes no run, and counts what a study would evaluate: each run once, adaptive ones as if they skipped a third.</summary>
internal sealed class CountingSolverRunner(CallCount calls) : ISolverRunner
{
    private const double AdaptiveShare = 2.0 / 3;

    private readonly List<(string Section, long Evaluations)> _sections = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Evaluations of each part, in the order of their beginnings; a run that an earlier part made costs nothing.</summary>
    public IReadOnlyList<(string Section, long Evaluations)> Sections => _sections;

    /// <inheritdoc/>
    public void Begin(string section) => _sections.Add((section, 0));

    /// <inheritdoc/>
    public Task<SolverRun[]> RunAsync(SolverTask task)
    {
        Setting setting = task.Setting;
        int full = setting.Branches * calls.Of(setting.Solver, setting.Steps, setting.Schedule)!.Value;
        int evaluations = task.Policy is null ? full : (int)(AdaptiveShare * full);
        float[] values = new float[task.Measure.Count];
        int fresh = Enumerable.Range(0, task.Seeds.Count).Count(sample => _made.Add(task.KeyOf(sample)));
        _sections[^1] = (_sections[^1].Section, _sections[^1].Evaluations + (long)fresh * evaluations);
        return Task.FromResult<SolverRun[]>([.. task.Seeds.Select(_ => new SolverRun(evaluations, 0, values))]);
    }
}
