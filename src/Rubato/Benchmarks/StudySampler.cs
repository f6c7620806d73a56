using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>Draws the samples of a study, in batches with all that are on their way.</summary>
internal sealed class StudySampler(Diffuser parts, StudyLedger ledger, CancellationToken cancel) : IDisposable
{
    private readonly Sampler _sampler = new();
    private readonly Dictionary<(string, int, string?), SchedulerPlan> _plans = [];

    /// <summary>Draws a sample: its start noise is that of the seed, and so is its class where nothing else is to be shown.</summary>
    public async Task<Sample> SampleAsync(
        Setting setting, long seed, IReadOnlyList<IAdaptation> layers, RunCondition? shown = null)
    {
        if (!_plans.TryGetValue((setting.Solver, setting.Steps, setting.Schedule), out SchedulerPlan plan))
            _plans[(setting.Solver, setting.Steps, setting.Schedule)] = plan = parts.Plan(new SamplerChoice(setting.Solver, setting.Steps, setting.Schedule));
        Tensor noise = Tensor.Empty([1, .. parts.Network.SampleShape]);
        new NoiseStream((ulong)seed, NoisePurpose.Start).Normal(noise.AsSpan());
        return await _sampler.SampleAsync(new SampleRequest
        {
            Network = parts.Network,
            Meaning = parts.Meaning,
            Solver = plan.Solver,
            Grid = plan.Grid,
            Start = plan.Grid.StartScale == 1 ? noise : noise.Scale(plan.Grid.StartScale),
            Noise = new NoiseStream((ulong)seed, NoisePurpose.Step),
            Condition = shown is { } given ? given.Condition
                : setting.HasClass ? new ClassLabel((int)(seed % parts.Classes.Count)) : parts.NoCondition,
            NegativeCondition = parts.NoCondition,
            GuidanceScale = setting.Guidance,
            Guidance = [.. layers.OfType<IGuidance>()],
            Policies = [.. layers.OfType<IPolicy>()],
            Predicted = (entry, _) => ledger.Count(entry.Evaluations, fresh: true),
        }, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _sampler.Dispose();
}
