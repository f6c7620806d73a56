using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly VariancePreserving StableDiffusion =
        VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    [Fact]
    public void A_grid_that_leaves_out_the_noisiest_steps_starts_with_unit_variance()
    {
        TimeGrid grid = Leading(GridStyle.Kappa).Plan(StableDiffusion, 10, Coordinates.Unscaled);
        double kappa = StableDiffusion.Kappa(901);
        Assert.Equal(Math.Sqrt(kappa * kappa + 1), grid.StartScale, 1e-9);
    }

    [Fact]
    public void The_final_level_may_be_the_lowest_of_the_table()
    {
        var steps = new SpacedSteps(Spacing.Trailing) { Ends = new GridEnds { Final = FinalLevel.Lowest } };
        Assert.Equal(StableDiffusion.AtStep(0), steps.Plan(StableDiffusion, 5, Coordinates.Network).Steps[^1].To);
    }

    [Fact]
    public void Ddim_goes_down_by_whole_strides_wherever_the_next_step_begins()
    {
        var spaced = new SpacedSteps(Spacing.Trailing) { Style = GridStyle.Ddim };
        TimeGrid grid = spaced.Plan(StableDiffusion, 3, Coordinates.Network);   // 999, 666, 332, each less 333
        Assert.Equal([999, 666, 332], grid.Steps.Select(step => step.From.Time));
        Assert.Equal(StableDiffusion.AtStep(666), grid.Steps[0].To);
        Assert.Equal(StableDiffusion.AtStep(333), grid.Steps[1].To);
        Assert.True(grid.Steps[2].To.IsClean);
    }

    [Fact]
    public void Given_steps_and_sigmas_are_taken_as_they_are()
    {
        TimeGrid steps = new GivenSteps { Steps = [999, 500, 20] }.Plan(StableDiffusion, 1, Coordinates.Network);
        Assert.Equal([999, 500, 20], steps.Steps.Select(step => step.From.Time));
        TimeGrid sigmas = new GivenSigmas { Sigmas = [14, 3, 0.5, 0] }.Plan(StableDiffusion, 1, Coordinates.Unscaled);
        Assert.Equal([14, 3, 0.5], sigmas.Steps.Select(step => step.From.Sigma));
        Assert.True(sigmas.Steps[^1].To.IsClean);
        Assert.Equal(14, sigmas.StartScale);
    }

    [Theory]
    [InlineData()]
    [InlineData(1000.0)]
    [InlineData(500.0, 500.0)]
    [InlineData(500.0, 600.0)]
    [InlineData(500.0, -1.0)]
    [InlineData(double.NaN)]
    public void Steps_that_do_not_fall_within_the_process_are_refused(params double[] steps)
        => Assert.Throws<ArgumentException>(()
            => new GivenSteps { Steps = steps }.Plan(StableDiffusion, 1, Coordinates.Network));

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.0, 2.0)]
    [InlineData(2.0, 2.0, 0.0)]
    [InlineData(1.0, -1.0)]
    [InlineData(0.0, 0.0)]
    [InlineData(double.PositiveInfinity, 0.0)]
    [InlineData(1.0, double.NaN)]
    public void Sigmas_that_do_not_fall_are_refused(params double[] sigmas)
        => Assert.Throws<ArgumentException>(()
            => new GivenSigmas { Sigmas = sigmas }.Plan(StableDiffusion, 1, Coordinates.Unscaled));

    [Fact]
    public void Strength_keeps_the_last_part_of_a_grid()
    {
        TimeGrid grid = Leading(GridStyle.Ddim).Plan(StableDiffusion, 10, Coordinates.Network);
        Assert.Equal(grid.Steps.Skip(4).Select(step => step.From), grid.Last(0.6).Steps.Select(step => step.From));
        Assert.Equal(Enumerable.Range(0, 6), grid.Last(0.6).Steps.Select(step => step.Index));
        Assert.Equal(10, grid.Last(1).Steps.Count);
        Assert.Single(grid.Last(0).Steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.Last(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.Skip(10));
    }

    [Fact]
    public void A_schedule_of_another_kind_of_process_says_so()
    {
        Assert.Throws<NotSupportedException>(() => new KarrasLevels().Plan(new Flow(), 10, Coordinates.Network));
        Assert.Throws<NotSupportedException>(() => new FlowLevels().Plan(StableDiffusion, 10, Coordinates.Network));
    }

    private static SpacedSteps Leading(GridStyle style)
        => new(Spacing.Leading) { Offset = 1, Style = style, Ends = new GridEnds { UnitStart = true } };
}
