using FsCheck;
using FsCheck.Fluent;
using Rubato.Processes;

namespace Rubato.Tests.Processes;

public sealed class ProcessTests
{
    private static readonly VariancePreserving StableDiffusion =
        VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    [Fact]
    public void The_time_of_a_level_is_the_step_that_it_is_of()
    {
        for (int step = 0; step < StableDiffusion.Steps; step += 13)
            Assert.Equal(step, StableDiffusion.OfKappa(StableDiffusion.AtStep(step).Kappa).Time, 1e-6);
    }

    [Fact]
    public void Levels_outside_of_the_table_have_the_times_of_its_ends()
    {
        Assert.Equal(0, StableDiffusion.OfKappa(1e-6).Time);
        Assert.Equal(0, StableDiffusion.OfKappa(0).Time);
        Assert.Equal(999, StableDiffusion.OfKappa(1e6).Time);
    }

    [Fact]
    public void Between_steps_sigma_over_alpha_is_interpolated_linearly()
    {
        Level level = StableDiffusion.AtStep(500.25);
        Assert.Equal(0.75 * StableDiffusion.Kappa(500) + 0.25 * StableDiffusion.Kappa(501), level.Kappa, 1e-12);
        Assert.Equal(1, level.Alpha * level.Alpha + level.Sigma * level.Sigma, 1e-12);
        Assert.Equal(500.25, level.Time);
    }

    [Fact]
    public void Below_the_first_step_lies_the_clean_level()
    {
        Level level = StableDiffusion.AtStep(-1);
        Assert.True(level.IsClean);
        Assert.Equal(1, level.Alpha);
    }

    [Fact]
    public void A_network_s_own_unit_of_time_scales_and_shifts_the_steps()
    {
        var process = new VariancePreserving(StableDiffusion.AlphaBar) { TimeUnit = (0.001, 1) };
        Assert.Equal(0.5, process.AtStep(499).Time, 1e-12);
        Assert.Equal(499, process.StepOf(0.5), 1e-9);
        Assert.Equal(process.AtStep(499).Kappa, process.At(0.5).Kappa, 1e-9);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    public void A_table_that_holds_no_alpha_bar_is_refused(float value)
        => Assert.Throws<ArgumentException>(() => new VariancePreserving([0.9f, value]));

    [Fact]
    public void An_empty_table_is_refused() => Assert.Throws<ArgumentException>(() => new VariancePreserving([]));

    [Fact]
    public void The_straight_path_is_found_again_from_sigma_over_alpha()
        => Prop.ForAll(Gen.Choose(0, 999).ToArbitrary(), time =>
        {
            var flow = new Flow();
            return Math.Abs(flow.OfKappa(flow.At(time).Kappa).Time - time) < 1e-9;
        }).QuickCheckThrowOnFailure();
}
