using System.Globalization;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;

namespace Rubato.Benchmarks;

/// <summary>Makes runs: on a model, or, to count them beforehand, on none.</summary>
internal interface IStudyRunner
{
    /// <summary>Begins a part of the study; it counts as one in the budget and in the progress.</summary>
    void Begin(string section);

    /// <summary>Makes runs of one setting.</summary>
    /// <param name="setting">What they share.</param>
    /// <param name="seeds">One run each.</param>
    /// <param name="adaptations">What adapts the k-th run.</param>
    /// <param name="steps">Steps of the k-th run's grid in place of the setting's; null for those.</param>
    /// <returns>In the order of the seeds.</returns>
    Task<RunResult[]> RunAsync(
        Setting setting, IReadOnlyList<long> seeds, Func<int, IReadOnlyList<IAdaptation>> adaptations, Func<int, int>? steps = null);

    /// <summary>The greedy path of a seed: see <see cref="GreedyPath"/>.</summary>
    Task<RunResult> GreedyAsync(Setting setting, long seed, int evaluations);
}

/// <summary>Makes runs on a model, and keeps them.</summary>
internal sealed class StudyRunner(Diffuser parts, RunCache<RunResult> cache, StudyLedger ledger, CancellationToken cancel) : IStudyRunner, IDisposable
{
    private const int Together = 32;   // samples on their way at once: what a kill may cost, and enough for full batches

    private readonly StudySampler _sampler = new(parts, ledger, cancel);

    /// <inheritdoc/>
    public void Begin(string section) => ledger.Begin(section);

    /// <inheritdoc/>
    public async Task<RunResult[]> RunAsync(
        Setting setting, IReadOnlyList<long> seeds, Func<int, IReadOnlyList<IAdaptation>> adaptations, Func<int, int>? steps = null)
    {
        var results = new RunResult[seeds.Count];
        foreach (int[] together in Enumerable.Range(0, seeds.Count).Chunk(Together))
            await Task.WhenAll(together.Select(OneAsync)).ConfigureAwait(false);
        return results;

        async Task OneAsync(int i)
        {
            IReadOnlyList<IAdaptation> layers = adaptations(i);
            Setting own = steps is null ? setting : setting with { Steps = steps(i) };
            string key = own.KeyOf(seeds[i], string.Join(' ', layers.Select(layer => layer.Description)));
            results[i] = cache.Find(key) ?? await RunAsync().ConfigureAwait(false);
            ledger.Count(results[i].Evaluations, fresh: false);

            async Task<RunResult> RunAsync()
            {
                Sample sample = await _sampler.SampleAsync(own, seeds[i], layers).ConfigureAwait(false);
                RunResult run = Result(sample, parts.PictureOf(sample.State));
                cache.Add(key, run);
                return run;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<RunResult> GreedyAsync(Setting setting, long seed, int evaluations)
    {
        string key = setting.KeyOf(seed, string.Create(CultureInfo.InvariantCulture, $"greedy:evaluations={evaluations}"));
        if (cache.Find(key) is { } found)
        {
            ledger.Count(GreedyPath.Cost(setting, evaluations), fresh: false);
            return found;
        }

        var remembered = new RememberedOutputs();
        long before = ledger.Fresh;
        (StepPattern pattern, Sample sample) = await GreedyPath.FindAsync(setting.Steps, evaluations,
            candidate => _sampler.SampleAsync(setting, seed, [candidate, remembered])).ConfigureAwait(false);
        RunResult run = Result(sample, parts.PictureOf(sample.State)) with
        {
            Evaluated = [.. pattern.Actions.Select(action => action == StepAction.Evaluate)],
            Evaluations = pattern.Evaluations * setting.Branches,
        };
        cache.Add(key, run);
        ledger.Count((int)(ledger.Fresh - before), fresh: false);
        return run;
    }

    /// <inheritdoc/>
    public void Dispose() => _sampler.Dispose();

    private static RunResult Result(Sample sample, Picture picture) => new(
        [.. sample.Trace.Entries.Select(entry => entry.Action == EvaluationAction.Evaluated)],
        sample.Trace.Evaluations,
        [.. sample.Trace.Entries.SelectMany(entry => entry.Criteria).Where(criterion => criterion.Name == AdaptiveGuidance.CriterionName)
            .Select(criterion => criterion.Value)],
        picture);
}

/// <summary>Makes no run, and counts what a study would evaluate: adaptive runs as if they met their target.</summary>
internal sealed class CountingRunner(double share) : IStudyRunner
{
    private readonly List<(string Section, long Evaluations)> _sections = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>Evaluations of each part, in the order of their beginnings; a run that an earlier part made costs nothing.</summary>
    public IReadOnlyList<(string Section, long Evaluations)> Sections => _sections;

    /// <inheritdoc/>
    public void Begin(string section) => _sections.Add((section, 0));

    /// <inheritdoc/>
    public Task<RunResult[]> RunAsync(
        Setting setting, IReadOnlyList<long> seeds, Func<int, IReadOnlyList<IAdaptation>> adaptations, Func<int, int>? steps = null)
    {
        var results = new RunResult[seeds.Count];
        for (int i = 0; i < results.Length; i++)
        {
            IReadOnlyList<IAdaptation> layers = adaptations(i);
            int count = steps?.Invoke(i) ?? setting.Steps;
            StepPattern pattern = layers.OfType<StepPattern>().FirstOrDefault()
                ?? StepPattern.Even(layers.OfType<AdaptiveDiffusion>().Any() ? (int)Math.Ceiling(share * count) : count, count);
            int evaluations = pattern.Evaluations * setting.Branches;
            bool fresh = _made.Add($"{setting with { Steps = count }} {seeds[i]} {string.Join(' ', layers.Select(layer => layer.Description))}");
            Count(fresh ? evaluations : 0);
            results[i] = new RunResult([.. pattern.Actions.Select(action => action == StepAction.Evaluate)], evaluations,
                [.. Enumerable.Repeat(1.0, count)], new Picture(1, 1, 1));
        }

        return Task.FromResult(results);
    }

    /// <inheritdoc/>
    public Task<RunResult> GreedyAsync(Setting setting, long seed, int evaluations)
    {
        Count(GreedyPath.Cost(setting, evaluations));
        var pattern = StepPattern.Even(evaluations, setting.Steps);
        return Task.FromResult(new RunResult([.. pattern.Actions.Select(action => action == StepAction.Evaluate)],
            evaluations * setting.Branches, [], new Picture(1, 1, 1)));
    }

    private void Count(long evaluations) => _sections[^1] = (_sections[^1].Section, _sections[^1].Evaluations + evaluations);
}
