using Rubato.Benchmarks;

namespace Rubato.Tests.Benchmarks;

internal static class BenchmarkRun
{
    /// <summary>Runs a benchmark from its budget to its result.</summary>
    /// <returns>What came out, the evaluations that were made for it, and those that the budget had foreseen.</returns>
    public static async Task<(TResult Result, long Fresh, long Expected)> OfAsync<TResult>(IBenchmark<TResult> benchmark)
    {
        IReadOnlyList<(string, long Evaluations)> budget = await benchmark.BudgetAsync();
        var ledger = new StudyLedger(budget);
        TResult made = await benchmark.RunAsync(ledger, CancellationToken.None);
        return (made, ledger.Fresh, budget.Sum(part => part.Evaluations));
    }
}
