using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Pipelines;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Benchmarks;

/// <summary>A study of AC-Diff on one model.</summary>
internal sealed class AcDiffBenchmark : IBenchmark<AcDiffResult>
{
    private const int HashDigits = 8;

    private static readonly string[] JudgeFiles = [PictureClassifier.FileName, CifarReference.FileName];

    private readonly Diffuser _parts;
    private readonly AcDiffPlan _plan;
    private readonly AcDiffCondition[] _conditions;
    private readonly string? _judges;
    private readonly string _digest = "";
    private readonly RunCache<SolverRun> _cache;
    private readonly RunCache<MeasuredRow> _rows;

    /// <param name="parts">The model, which estimates horizons and reads structure.</param>
    /// <param name="plan">How large it is.</param>
    /// <param name="pictures">Where conditions come from.</param>
    /// <param name="folder">Where runs are kept; made where it is missing.</param>
    /// <param name="judges">The folder of what judges pictures; null where none is judged.</param>
    /// <exception cref="TrainingDataException">There are too few pictures.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public AcDiffBenchmark(Diffuser parts, AcDiffPlan plan, TrainingPictures pictures, string folder, string? judges)
    {
        (_parts, _plan, _judges) = (FixedBetaPlans.With(parts), plan, judges);
        if (judges is not null) _digest = string.Concat(JudgeFiles.Select(file => Checkpoint.HashOf(Path.Combine(judges, file))[..HashDigits]));
        _conditions = AcDiffConditions.Of(pictures, plan.Conditions, HorizonConditions.CountOf(parts.Horizons!.Conditions));
        _cache = RunCache<SolverRun>.Open(parts, folder, "ac-diff-runs");
        _rows = RunCache<MeasuredRow>.Open(parts, folder, "ac-diff-rows", beside: _cache);
    }

    /// <inheritdoc/>
    public int CachedRuns => _cache.Count;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync()
    {
        var counting = new CountingSolverRunner(new CallCount(_parts), key => _cache.Find(key) is not null);
        var runs = new AcDiffRuns(_parts, counting, _rows, keeps: false);
        await new AcDiffStudy(_parts, _plan, _conditions, runs, _digest, classifier: null, real: null).RunAsync().ConfigureAwait(false);
        return counting.Sections;
    }

    /// <inheritdoc/>
    public async Task<AcDiffResult> RunAsync(StudyLedger ledger, CancellationToken cancel)
    {
        using var sampler = new StudySampler(_parts, ledger, cancel);
        PictureClassifier? classifier = _judges is null ? null : PictureClassifier.Load(_judges);
        CifarReference? real = _judges is null ? null : CifarReference.Load(_judges);
        var runs = new AcDiffRuns(_parts, new SolverRunner(sampler, _cache, ledger), _rows, keeps: true);
        return await new AcDiffStudy(_parts, _plan, _conditions, runs, _digest, classifier, real).RunAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _rows.Dispose();
    }
}
