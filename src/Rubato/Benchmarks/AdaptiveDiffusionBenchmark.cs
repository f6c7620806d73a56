using Rubato.Evaluation;
using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>A study of one model, with its budget known beforehand and its runs kept in a folder.</summary>
internal sealed class AdaptiveDiffusionBenchmark : IBenchmark<StudyResult>
{
    private readonly Diffuser _parts;
    private readonly StudyPlan _plan;
    private readonly PerceptualDistance? _perceptual;
    private readonly RunCache<RunResult> _cache;

    /// <param name="parts">The model.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="perceptual">A third distance, for pictures that are large enough; null for none.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public AdaptiveDiffusionBenchmark(Diffuser parts, StudyPlan plan, string folder, PerceptualDistance? perceptual)
    {
        int side = Math.Min(parts.Network.SampleShape[1], parts.Network.SampleShape[2]);
        (_parts, _plan, _perceptual) = (parts, plan, side < perceptual?.SmallestSide ? null : perceptual);
        _cache = RunCache<RunResult>.Open(parts, folder, "runs");
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Count;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var counting = new CountingRunner(_plan.Headline);
        await new AdaptiveDiffusionStudy(_parts, _plan, counting, new StudyMeasures(perceptual: null)).RunAsync(null).ConfigureAwait(false);
        return counting.Sections;
    }

    /// <inheritdoc/>
    public async Task<StudyResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using var runner = new StudyRunner(_parts, _cache, ledger, cancel);
        return await new AdaptiveDiffusionStudy(_parts, _plan, runner, new StudyMeasures(_perceptual)).RunAsync(_perceptual?.Name).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
