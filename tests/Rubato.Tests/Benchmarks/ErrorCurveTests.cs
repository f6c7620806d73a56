using Rubato.Benchmarks;

namespace Rubato.Tests.Benchmarks;

public sealed class ErrorCurveTests
{
    [Theory]
    [InlineData(10, 0.1)]
    [InlineData(20, 0.025)]   // of second order: a quarter at twice the calls
    [InlineData(40, 0.00625)]
    [InlineData(9, null)]
    [InlineData(41, null)]
    public void Between_budgets_the_logarithms_lie_on_a_line(double calls, double? error)
    {
        SolverPoint[] points = [Point(10, 0.1), Point(10, 0.1), Point(40, 0.00625)];
        double? found = ErrorCurve.At(points, calls);
        Assert.Equal(error is null, found is null);
        if (error is { } want) Assert.Equal(want, found!.Value, 1e-12);
    }

    [Fact]
    public void The_best_of_each_budget_wins_and_says_whether_by_chance()
    {
        SolverPoint[] points =
        [
            new("a", "grid", 1, 4, 4, 4, [0.3, 0.4]),
            new("b", "grid", 1, 4, 4, 4, [0.2, 0.3]),
            new("c", "grid", 1, 4, 4, 4, [0.1, double.PositiveInfinity]),
            new("a", "grid", 1, 8, 8, 8, [0.3, 0.4]),
        ];
        SolverWin win = Assert.Single(SolverWin.Of(points));
        Assert.Equal(("b", "a"), (win.Best.Solver, win.Second.Solver));
        Assert.True(win.Lead.MeanInterval.ExcludesZero);
    }

    private static SolverPoint Point(int calls, double error) => new("a", "grid", 1, calls, calls, calls, [error, error]);
}
