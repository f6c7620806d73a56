using Rubato.Evaluation;
using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>A study of solvers on one model.</summary>
internal sealed class SolverBenchmark : IBenchmark<SolverStudyResult>
{
    private readonly Diffuser _parts;
    private readonly SolverStudyPlan _plan;
    private readonly string? _judges;
    private readonly CallCount _calls;
    private readonly RunCache<SolverRun> _cache;

    /// <param name="parts">The model.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="judges">The folder of what judges pictures; null where no distribution is measured.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public SolverBenchmark(Diffuser parts, SolverStudyPlan plan, string folder, string? judges)
    {
        (_parts, _plan, _judges, _calls) = (parts, plan, judges, new CallCount(parts));
        _cache = RunCache<SolverRun>.Open(parts, folder, "solver-runs");
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Count;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var counting = new CountingSolverRunner(_calls);
        await new SolverStudy(_parts, _plan, counting, _calls, judge: null, real: null).RunAsync().ConfigureAwait(false);
        return counting.Sections;
    }

    /// <inheritdoc/>
    public async Task<SolverStudyResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using var sampler = new StudySampler(_parts, ledger, cancel);
        PictureClassifier? judge = _judges is null ? null : PictureClassifier.Load(_judges);
        CifarReference? real = _judges is null ? null : CifarReference.Load(_judges);
        return await new SolverStudy(_parts, _plan, new SolverRunner(sampler, _cache, ledger), _calls, judge, real)
            .RunAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
