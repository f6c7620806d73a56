namespace Rubato.Benchmarks;

/// <summary>A study of one model, with its budget known beforehand and its runs kept in a folder.</summary>
/// <typeparam name="TResult">What comes out.</typeparam>
internal interface IBenchmark<TResult> : IDisposable
{
    /// <summary>Runs that were there already.</summary>
    int CachedRuns { get; }

    /// <summary>Evaluations of each part.</summary>
    Task<IReadOnlyList<(string Section, long Evaluations)>> BudgetAsync();

    /// <summary>Runs the study; what was made is kept, however it ends.</summary>
    Task<TResult> RunAsync(StudyLedger ledger, CancellationToken cancel);
}
