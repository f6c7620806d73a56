using Rubato.Planning;

namespace Rubato.Tests.Planning;

public sealed class ConstantRateLevelsTests
{
    /// <summary>Of one axis the way is sqrt(v) arctan(kappa / sqrt(v)): the integral of v / (v + kappa^2).</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(20)]
    public void Of_one_axis_the_angle_of_kappa_is_even(double variance)
    {
        const int Steps = 12;
        const double Min = 0.01, Max = 157;
        double spread = Math.Sqrt(variance);
        double[] kappas = new ConstantRateLevels(new GaussianSurrogate([variance])).Sigmas(Steps, Min, Max);
        double least = Math.Atan(Min / spread), most = Math.Atan(Max / spread);
        for (int i = 0; i < Steps; i++)
            Assert.Equal(1, Math.Atan(kappas[i] / spread) / (least + (most - least) * (Steps - i) / Steps), 1e-4);
    }

    /// <summary>Relative 2-Wasserstein distances, against float64 values that are not ours; fitted schedules have less.</summary>
    [Theory]
    [InlineData(SamplerKind.Deterministic, 10, 0.17324, 0.1706)]
    [InlineData(SamplerKind.Deterministic, 141, 0.01687, 0.0159)]
    [InlineData(SamplerKind.Ancestral, 10, 0.25662, 0.2478)]
    [InlineData(SamplerKind.Ancestral, 141, 0.02819, 0.0249)]
    public void Its_errors_are_known_and_above_those_of_fits(SamplerKind kind, int steps, double known, double fitted)
    {
        double[] kappas = new ConstantRateLevels(CifarSpectrum.Data).Sigmas(steps, Math.Exp(-CifarSpectrum.First), Math.Exp(-CifarSpectrum.Last));
        double error = CifarSpectrum.Data.Error([.. kappas.Select(kappa => 1 / (1 + kappa * kappa))], kind);
        Assert.Equal(known, error, 1e-4 * known);
        Assert.True(error > fitted);
    }

    /// <summary>How far the denoised sample moves, axis by axis, over data of variance v and noise of variance 1.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(141)]
    public void The_denoised_sample_moves_equally_far_in_every_step(int steps)
    {
        IReadOnlyList<double> variances = CifarSpectrum.Spectrum.Variances;
        double[] kappas = new ConstantRateLevels(CifarSpectrum.Data).Sigmas(steps, Math.Exp(-CifarSpectrum.First), Math.Exp(-CifarSpectrum.Last));
        Assert.Equal(kappas.OrderDescending(), kappas);
        Assert.Equal(CifarSpectrum.Process.Kappa(999), kappas[0], 1e-9);
        double[] moves = [.. kappas.Zip(kappas.Skip(1), Move)];
        Assert.All(moves, move => Assert.InRange(move / moves[^1], 0.9, 1.1));

        double Move(double from, double to) => Math.Sqrt(variances.Sum(v =>
        {
            double g = v / (v + from * from), h = v / (v + to * to);
            return v * (g - h) * (g - h) + (g * from - h * to) * (g * from - h * to);
        }));
    }
}
