using Rubato.Evaluation;
using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>A study of solvers on one model.</summary>
internal sealed class SolverBenchmark : IBenchmark<SolverStudyResult>
{
    private readonly Diffuser _parts, _pictures;
    private readonly SolverStudyPlan _plan;
    private readonly string? _judges;
    private readonly CallCount _calls;
    private readonly RunCache<SolverRun> _cache, _pictureCache;

    /// <param name="parts">The model, as errors are measured on it.</param>
    /// <param name="pictures">The same model, as it draws pictures that are judged: perhaps at another precision.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="judges">The folder of what judges pictures; null where no distribution is measured.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public SolverBenchmark(Diffuser parts, Diffuser pictures, SolverStudyPlan plan, string folder, string? judges)
    {
        (_parts, _pictures, _plan, _judges, _calls) = (parts, pictures, plan, judges, new CallCount(parts));
        _cache = RunCache<SolverRun>.Open(parts, folder, "solver-runs");
        _pictureCache = pictures.Precision == parts.Precision ? _cache
            : RunCache<SolverRun>.Open(pictures, folder, "solver-runs", beside: _cache);
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Count + (_pictureCache == _cache ? 0 : _pictureCache.Count);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var errors = new CountingSolverRunner(_calls, key => _cache.Find(key) is not null);
        var pictures = new CountingSolverRunner(_calls, key => _pictureCache.Find(key) is not null);
        await new SolverStudy(_parts, _plan, errors, pictures, _calls, judge: null, real: null).RunAsync().ConfigureAwait(false);
        return [.. errors.Sections, .. pictures.Sections];
    }

    /// <inheritdoc/>
    public async Task<SolverStudyResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using StudySampler errors = new(_parts, ledger, cancel), pictures = new(_pictures, ledger, cancel);
        PictureClassifier? judge = _judges is null ? null : PictureClassifier.Load(_judges);
        CifarReference? real = _judges is null ? null : CifarReference.Load(_judges);
        SolverStudyResult result = await new SolverStudy(
            _parts, _plan, new SolverRunner(errors, _cache, ledger), new SolverRunner(pictures, _pictureCache, ledger), _calls, judge, real)
            .RunAsync().ConfigureAwait(false);
        return result with { PicturePrecision = PrecisionNames.Of(_pictures.Precision) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _pictureCache.Dispose();
    }
}
