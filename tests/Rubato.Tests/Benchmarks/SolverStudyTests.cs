using Rubato.Benchmarks;
using Rubato.Pipelines;

namespace Rubato.Tests.Benchmarks;

/// <summary>The study on a tiny model, end to end.</summary>
public sealed class SolverStudyTests
{
    private static readonly SolverStudyPlan Plan = new SolverStudyPlan().Quick() with { Samples = 3, DistributionSamples = 5, ReferenceSteps = 60 };

    [Fact]
    public async Task Its_rows_stay_when_runs_are_gone()
    {
        using var folder = new TestFolder();
        string root = Path.GetFullPath(TestFolder.Source(Path.Combine("..", "..")));
        Diffuser parts = DiffuserFolder.Load(HorizonModelFolder.Write(folder.Of("model"), root));

        (SolverStudyResult result, long fresh, long expected) = await RunAsync();
        Assert.InRange(fresh, 1, expected * 1.2);   // adaptive runs are counted as if they skipped a third
        Assert.Equal(Plan.Solvers.Select(solver => solver.Name).Order(), result.Ranking.Order());
        Assert.Equal(Plan.DistributionSolvers.Count * Plan.DistributionBudgets.Count, result.Distribution.Count);
        Assert.All(result.Distribution, point => Assert.InRange(point.Frechet.Distance, point.Frechet.Interval.Low, point.Frechet.Interval.High));
        Assert.NotEmpty(result.Adaptive);
        foreach (IGrouping<(string, double), SolverPoint> line in result.Points.GroupBy(point => (point.Solver, point.Guidance)))
        {
            SolverPoint[] points = [.. line.OrderBy(point => point.Calls)];
            Assert.All(points, point => Assert.Equal(Plan.Samples, point.Errors.Length));
            Assert.True(points[^1].Mean < points[0].Mean, $"{line.Key}: {points[0].Mean} to {points[^1].Mean}");
        }

        (SolverStudyResult again, fresh, expected) = await RunAsync();
        Assert.Equal((0, 0), (fresh, expected));
        Assert.Equal(SolverPage.Write(result), SolverPage.Write(again));

        File.Delete(Directory.GetFiles(folder.Of("cache"), "*.solver-runs").Single());
        (again, fresh, expected) = await RunAsync();
        Assert.Equal((0, 0), (fresh, expected));
        Assert.Equal(SolverPage.Write(result), SolverPage.Write(again));

        async Task<(SolverStudyResult Result, long Fresh, long Expected)> RunAsync()
        {
            using var benchmark = new SolverBenchmark(parts, parts, Plan, folder.Of("cache"), Path.Combine(root, "models", "evaluation"));
            return await BenchmarkRun.OfAsync(benchmark);
        }
    }
}
