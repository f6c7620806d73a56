using Rubato.Pipelines;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Benchmarks;

/// <summary>A study of AC-Diff on one model.</summary>
internal sealed class AcDiffBenchmark : IBenchmark<AcDiffResult>
{
    private readonly Diffuser _parts;
    private readonly AcDiffPlan _plan;
    private readonly AcDiffCondition[] _conditions;
    private readonly string? _judges;
    private readonly StudyCache _cache;

    /// <param name="parts">The model, which estimates horizons and reads structure.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="pictures">Where conditions come from.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="judges">The folder of what judges pictures; null where none is judged.</param>
    /// <exception cref="TrainingDataException">There are too few pictures.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public AcDiffBenchmark(Diffuser parts, AcDiffPlan plan, TrainingPictures pictures, string folder, string? judges)
    {
        var variances = new Lazy<IReadOnlyList<double>>(() => DataSpectrum.Of(pictures).Variances);
        (_parts, _plan, _judges) = (StudySchedules.With(parts, variances), plan, judges);
        _conditions = AcDiffConditions.Of(pictures, plan.Conditions, HorizonConditions.CountOf(parts.Horizons!.Conditions));
        _cache = StudyCache.Open(parts, folder, "ac-diff");
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Runs.Count;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var counting = new CountingSolverRunner(new CallCount(_parts), key => _cache.Runs.Find(key) is not null);
        var runs = new AcDiffRuns(_parts, counting, _cache.Rows, keeps: false);
        await new AcDiffStudy(_parts, _plan, _conditions, runs, Jury.Named(_judges)).RunAsync().ConfigureAwait(false);
        return counting.Sections;
    }

    /// <inheritdoc/>
    public async Task<AcDiffResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using var sampler = new StudySampler(_parts, ledger, cancel);
        var runs = new AcDiffRuns(_parts, new SolverRunner(sampler, _cache.Runs, ledger), _cache.Rows, keeps: true);
        return await new AcDiffStudy(_parts, _plan, _conditions, runs, Jury.Load(_judges)).RunAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
