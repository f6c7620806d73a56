using FsCheck;
using FsCheck.Fluent;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Tests.Planning;

public sealed class KappaLevelsTests
{
    private const double Lowest = 0.0291671581517, Highest = 14.6146412293;   // Stable Diffusion
    private static readonly VariancePreserving StableDiffusion =
        VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    [Fact]
    public void Karras_levels_are_those_of_a_float64_table()
        => Near([14.61464123, 6.08214921, 2.23215454, 0.69257038, 0.16975658, 0.02916716],
            KarrasLevels.Sigmas(6, Lowest, Highest, 7));

    [Fact]
    public void Exponential_levels_are_those_of_a_float64_table()
        => Near([14.61464123, 4.21511424, 1.21571155, 0.35063215, 0.10112835, 0.02916716],
            ExponentialLevels.Even(6, Lowest, Highest));

    [Fact]
    public void Beta_levels_are_those_of_a_float64_table()
    {
        TimeGrid grid = new BetaLevels { Min = Lowest, Max = Highest }.Plan(StableDiffusion, 6, Coordinates.Unscaled);
        Near([14.61464123, 12.82176923, 9.32447533, 5.31933305, 1.82203916, 0.02916716],
            [.. grid.Steps.Select(step => step.From.Sigma)]);
    }

    [Fact]
    public void Quantiles_are_symmetric_about_a_half()
        => Prop.ForAll(Gen.Choose(0, 1000).ToArbitrary(), p
            => Math.Abs(BetaLevels.Quantile(p / 1000.0) + BetaLevels.Quantile(1 - p / 1000.0) - 1) < 1e-12)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(18, 0.002, 80)]
    [InlineData(2, 1, 1.5)]
    [InlineData(100, 1e-6, 1e6)]
    public void Karras_levels_fall_from_max_to_min(int count, double min, double max)
    {
        double[] sigmas = KarrasLevels.Sigmas(count, min, max, 7);
        Assert.Equal(max, sigmas[0]);
        Assert.Equal(min, sigmas[^1]);
        Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void A_single_level_is_the_largest()
    {
        Assert.Equal([80], KarrasLevels.Sigmas(1, 0.002, 80, 7));
        Assert.Equal([80], ExponentialLevels.Even(1, 0.002, 80));
    }

    [Theory]
    [InlineData(0, 1, 2, 7)]
    [InlineData(5, 0, 2, 7)]
    [InlineData(5, 3, 2, 7)]
    [InlineData(5, 1, 2, 0)]
    [InlineData(5, double.NaN, 2, 7)]
    public void Levels_that_make_no_curve_are_refused(int count, double min, double max, double rho)
        => Assert.ThrowsAny<ArgumentException>(() => KarrasLevels.Sigmas(count, min, max, rho));

    [Fact]
    public void A_grid_runs_from_the_table_s_largest_level_to_the_clean_one()
    {
        TimeGrid grid = new KarrasLevels().Plan(StableDiffusion, 6, Coordinates.Unscaled);
        Assert.Equal(6, grid.Steps.Count);
        Assert.Equal(StableDiffusion.Kappa(999), grid.Steps[0].From.Sigma);
        Assert.Equal(StableDiffusion.Kappa(0), grid.Steps[^1].From.Sigma);
        Assert.True(grid.Steps[^1].To.IsClean);
        Assert.All(grid.Steps, step => Assert.Equal(1, step.From.Alpha));
        Assert.Equal(StableDiffusion.Kappa(999), grid.StartScale);
    }

    [Fact]
    public void The_network_is_told_what_the_references_tell_it()
    {
        double[] Times(KarrasLevels levels)
            => [.. levels.Plan(StableDiffusion, 6, Coordinates.Network).Steps.Select(step => step.From.Time)];
        double[] exact = Times(new KarrasLevels());
        Assert.Equal(exact.Select(time => Math.Round(time, MidpointRounding.ToEven)),
            Times(new KarrasLevels { Rounding = TimeRounding.Nearest }));
        Assert.Equal(exact.Select(Math.Floor), Times(new KarrasLevels { Rounding = TimeRounding.Down }));
        double[] logs = Times(new KarrasLevels { LogTime = true, Min = 0.002, Max = 700 });
        Assert.Equal(Math.Log(700) / 4, logs[0], 1e-12);
        Assert.Equal(Math.Log(0.002) / 4, logs[^1], 1e-12);
    }

    [Fact]
    public void Levels_within_a_spacing_keep_its_ends()
    {
        var within = new SpacedSteps(Spacing.Leading) { Offset = 1, Style = GridStyle.Kappa };
        TimeGrid grid = new KarrasLevels { Within = within }.Plan(StableDiffusion, 10, Coordinates.Unscaled);
        Assert.Equal(StableDiffusion.Kappa(901), grid.Steps[0].From.Sigma, 1e-9);
        Assert.Equal(StableDiffusion.Kappa(1), grid.Steps[^1].From.Sigma, 1e-9);
    }

    private static void Near(double[] expected, double[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 6e-9);   // the digits that the table has
    }
}
