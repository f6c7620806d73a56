using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Tests.Planning;

/// <summary>Short chains of DDPM's table, against float64 values that are not ours.</summary>
public sealed class FixedBetaLevelsTests
{
    [Theory]
    [InlineData(10, 0.9037, 0.9981, 1.4e-17)]
    [InlineData(20, 0.8168, 0.9942, 5.6e-11)]
    [InlineData(50, 0.6030, 0.9710, 7.7e-6)]
    [InlineData(100, 0.3636, 0.8970, 2.0e-5)]
    [InlineData(141, 0.2401, 0.8098, 2.6e-5)]
    [InlineData(250, 0.0797, 0.5241, 3.3e-5)]
    [InlineData(500, 0.00635, 0.0786, 3.8e-5)]
    [InlineData(1000, 4.04e-5, 4.04e-5, 4.04e-5)]
    public void The_start_of_a_short_chain_has_the_known_signal_left(int steps, double stride, double prefix, double rescaled)
    {
        Near(stride, Signal(FixedBeta.Stride));
        Near(prefix, Signal(FixedBeta.Prefix));
        Near(4.04e-5, Signal(FixedBeta.Respaced));
        Near(rescaled, Signal(FixedBeta.Rescaled));
        Near(4.32e-5, Signal(FixedBeta.Recomputed));

        double Signal(FixedBeta rule) => new FixedBetaLevels(rule).AlphaBar(CifarSpectrum.Process, steps)[0];

        // Half of the last digit that is printed: four decimals, or three digits of small numbers, two of rescaled ones.
        static void Near(double expected, double got)
            => Assert.InRange(Math.Abs(got - expected), 0, expected > 0.01 ? 0.5001e-4 : expected * 0.04);
    }

    [Theory]
    [InlineData(20, 0.7261, 1.0380, 0.1681, 0.1625, 0.1102)]
    [InlineData(50, 0.6843, 0.8380, 0.0799, 0.0798, 0.0523)]
    [InlineData(141, 0.5741, 0.7237, 0.0343, 0.0353, 0.0231)]
    [InlineData(250, 0.4347, 0.6658, 0.0215, 0.0226, 0.0151)]
    public void Pictures_of_a_short_chain_are_as_far_off_as_is_known(
        int steps, double stride, double prefix, double respaced, double recomputed, double ddim)
    {
        Near(stride, FixedBeta.Stride, SamplerKind.Ancestral);
        Near(prefix, FixedBeta.Prefix, SamplerKind.Ancestral);
        Near(respaced, FixedBeta.Respaced, SamplerKind.Ancestral);
        Near(recomputed, FixedBeta.Recomputed, SamplerKind.Ancestral);
        Near(ddim, FixedBeta.Recomputed, SamplerKind.Deterministic);

        void Near(double expected, FixedBeta rule, SamplerKind kind) => Assert.Equal(
            expected, CifarSpectrum.Data.Error(new FixedBetaLevels(rule).AlphaBar(CifarSpectrum.Process, steps), kind), 0.6e-4);
    }

    [Theory]
    [InlineData("Stride")]
    [InlineData("Prefix")]
    [InlineData("Respaced")]
    [InlineData("Rescaled")]
    [InlineData("Recomputed")]
    public void A_grid_starts_with_unit_noise_at_the_chain_s_own_level(string name)
    {
        FixedBeta rule = Enum.Parse<FixedBeta>(name);
        var planner = new FixedBetaLevels(rule);
        double[] bar = planner.AlphaBar(CifarSpectrum.Process, 50);
        TimeGrid grid = planner.Plan(CifarSpectrum.Process, 50, Coordinates.Network);
        Assert.Equal(50, grid.Steps.Count);
        Assert.Equal(1, grid.StartScale);
        for (int i = 0; i < 50; i++) Assert.Equal(bar[i], Math.Pow(grid.Steps[i].From.Alpha, 2), 1e-12);
        Assert.True(grid.Steps[^1].To is { Alpha: 1, Sigma: 0 });
        Assert.All(grid.Steps, step => Assert.InRange(step.From.Time, 0, 999));

        double start = planner.Plan(CifarSpectrum.Process, 50, Coordinates.Unscaled).StartScale;
        Assert.Equal(1, start * Math.Sqrt(bar[0]), 1e-9);
    }

    [Fact]
    public void The_network_of_a_respaced_chain_is_told_the_training_steps()
    {
        TimeGrid grid = new FixedBetaLevels(FixedBeta.Respaced).Plan(CifarSpectrum.Process, 10, Coordinates.Network);
        Assert.All(grid.Steps.Select((step, i) => step.From.Time - (999 - 111 * i)), off => Assert.Equal(0, off, 1e-6));
    }

    [Fact]
    public void A_chain_is_not_longer_than_its_table()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new FixedBetaLevels(FixedBeta.Prefix).AlphaBar(CifarSpectrum.Process, 1001));
}
