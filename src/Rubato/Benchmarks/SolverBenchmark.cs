using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>A study of solvers on one model.</summary>
internal sealed class SolverBenchmark : IBenchmark<SolverStudyResult>
{
    private const string Study = "solver";

    private readonly Diffuser _parts, _pictures;
    private readonly SolverStudyPlan _plan;
    private readonly string? _judges;
    private readonly CallCount _calls;
    private readonly StudyCache _cache, _pictureCache;

    /// <param name="parts">The model, as errors are measured on it.</param>
    /// <param name="pictures">The same model, as it draws pictures that are judged: perhaps at another precision.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="judges">The folder of what judges pictures; null where no distribution is measured.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public SolverBenchmark(Diffuser parts, Diffuser pictures, SolverStudyPlan plan, string folder, string? judges)
    {
        (_parts, _pictures, _plan, _judges, _calls) = (parts, pictures, plan, judges, new CallCount(parts));
        _cache = StudyCache.Open(parts, folder, Study);
        try
        {
            _pictureCache = pictures.Precision == parts.Precision ? _cache : StudyCache.Open(pictures, folder, Study);
        }
        catch (IOException)
        {
            _cache.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Runs.Count + (_pictureCache == _cache ? 0 : _pictureCache.Runs.Count);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var errors = new CountingSolverRunner(_calls, key => _cache.Runs.Find(key) is not null);
        var pictures = new CountingSolverRunner(_calls, key => _pictureCache.Runs.Find(key) is not null);
        await new SolverStudy(_parts, _plan, new MeasuredRuns(errors, _cache.Rows, keeps: false),
            new MeasuredRuns(pictures, _pictureCache.Rows, keeps: false), _calls, Jury.Named(_judges)).RunAsync().ConfigureAwait(false);
        return [.. errors.Sections, .. pictures.Sections];
    }

    /// <inheritdoc/>
    public async Task<SolverStudyResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using StudySampler errors = new(_parts, ledger, cancel), pictures = new(_pictures, ledger, cancel);
        var study = new SolverStudy(_parts, _plan, Measured(errors, _cache), Measured(pictures, _pictureCache), _calls, Jury.Load(_judges));
        SolverStudyResult result = await study.RunAsync().ConfigureAwait(false);
        return result with { PicturePrecision = PrecisionNames.Of(_pictures.Precision) };

        MeasuredRuns Measured(StudySampler sampler, StudyCache cache)
            => new(new SolverRunner(sampler, cache.Runs, ledger), cache.Rows, keeps: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _pictureCache.Dispose();
    }
}
