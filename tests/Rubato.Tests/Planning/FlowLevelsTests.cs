using Rubato.Planning;
using Rubato.Processes;

namespace Rubato.Tests.Planning;

public sealed class FlowLevelsTests
{
    [Fact]
    public void A_shift_of_three_moves_times_as_published()
        => Near([1, 0.857326478149, 0.600719424460, 0.002994011976], new FlowLevels { Shift = 3 }, 4);

    [Fact]
    public void A_dynamic_shift_is_a_static_one_of_its_exponential()
        => Near([1, 0.904530766739, 0.759510916949, 0.512844101509],
            new FlowLevels { Shift = Math.Exp(1.15), Last = 0.25 }, 4);

    [Fact]
    public void Stretching_takes_the_last_time_to_the_terminal_one_and_keeps_pure_noise()
    {
        double[] times = Times(new FlowLevels { Terminal = 0.1, Last = 0.05 }, 6);
        Assert.Equal(1, times[0]);
        Assert.Equal(0.1, times[^1], 1e-12);
    }

    [Fact]
    public void The_network_is_told_a_thousand_times_the_time_and_the_path_ends_clean()
    {
        var grid = new FlowLevels { Times = [1, 0.5] }.Plan(new Flow(), 1, Coordinates.Network);
        Assert.Equal([1000, 500], grid.Steps.Select(step => step.From.Time));
        Assert.Equal(new Level(1, 0, 0), grid.Steps[^1].To);
        Assert.Equal(1, grid.StartScale);
    }

    [Theory]
    [InlineData(1.2, 0.5)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.5, 0.0)]
    [InlineData(double.NaN, 0.5)]
    public void Times_that_do_not_fall_along_the_path_are_refused(params double[] times)
        => Assert.Throws<ArgumentException>(()
            => new FlowLevels { Times = times }.Plan(new Flow(), 1, Coordinates.Network));

    private static double[] Times(FlowLevels levels, int steps)
        => [.. levels.Plan(new Flow(), steps, Coordinates.Network).Steps.Select(step => step.From.Sigma)];

    private static void Near(double[] expected, FlowLevels levels, int steps)
    {
        double[] times = Times(levels, steps);
        for (int i = 0; i < steps; i++) Assert.Equal(expected[i], times[i], 1e-11);
    }
}
