using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Tests.Planning;

public sealed class HybridFitTests
{
    private static readonly HybridTables Shipped = HybridTablesFile.Read(TestFolder.Source("../../models/acdiff/hybrid_schedule.json"));

    public static TheoryData<SamplerKind, int> Between
    {
        get
        {
            var horizons = new TheoryData<SamplerKind, int>();
            foreach (int steps in new[] { 7, 14, 28, 57, 113, 226, 500 })
            {
                horizons.Add(SamplerKind.Ancestral, steps);
                horizons.Add(SamplerKind.Deterministic, steps);
            }

            return horizons;
        }
    }

    /// <summary>
    /// Errors on CIFAR-10's spectrum against a float64 fit that is not ours. Its bases were not brought between two ends: at DDIM's
    /// long chains its last levels lie below all that the network knows, and that is what it gains there.
    /// </summary>
    [Theory]
    [InlineData(SamplerKind.Deterministic, 10, 0.1705, 0.0001)]
    [InlineData(SamplerKind.Deterministic, 20, 0.0905, 0.0003)]
    [InlineData(SamplerKind.Deterministic, 50, 0.0385, 0.0007)]
    [InlineData(SamplerKind.Deterministic, 141, 0.0150, 0.0010)]
    [InlineData(SamplerKind.Ancestral, 10, 0.2484, 0)]
    [InlineData(SamplerKind.Ancestral, 20, 0.1447, 0)]
    [InlineData(SamplerKind.Ancestral, 50, 0.0651, 0)]
    [InlineData(SamplerKind.Ancestral, 141, 0.0246, 0.0003)]
    public void A_fit_is_as_good_as_is_known_and_better_than_every_base(SamplerKind kind, int steps, double known, double constrained)
    {
        FittedSchedule fit = HybridFit.Best(CifarSpectrum.Data, kind, steps, CifarSpectrum.First, CifarSpectrum.Last);
        Assert.InRange(fit.Error, 0, known + constrained + 0.5e-4);
        Assert.Equal(Error(fit.Schedule, kind, steps), fit.Error, 1e-12);
        Assert.InRange(fit.Error, 0, 0.95 * BestBase(kind, steps));
        Assert.Equal(fit, HybridFit.Best(CifarSpectrum.Data, kind, steps, CifarSpectrum.First, CifarSpectrum.Last));
    }

    /// <summary>A search that knows nothing of the fit's: no place near the best is better.</summary>
    [Theory]
    [InlineData(SamplerKind.Ancestral)]
    [InlineData(SamplerKind.Deterministic)]
    public void No_neighbour_of_a_fit_is_better(SamplerKind kind)
    {
        FittedSchedule fit = HybridFit.Best(CifarSpectrum.Data, kind, 20, CifarSpectrum.First, CifarSpectrum.Last);
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            double[] weights = [fit.Schedule.Linear, fit.Schedule.Cosine, fit.Schedule.Karras, fit.Schedule.Flow];
            weights = [.. weights.Select(weight => weight + 0.1 * random.NextDouble())];
            double sum = weights.Sum(), gamma = fit.Schedule.Gamma * Math.Exp(0.1 * (random.NextDouble() - 0.5));
            var near = new HybridSchedule(weights[0] / sum, weights[1] / sum, weights[2] / sum, weights[3] / sum, gamma);
            Assert.InRange(fit.Error, 0, Error(near, kind, 20) + 1e-6);
        }
    }

    [Fact]
    public void The_shipped_tables_are_fits_of_cifar_10()
    {
        foreach (SamplerKind kind in new[] { SamplerKind.Ancestral, SamplerKind.Deterministic })
        {
            Assert.Equal(HybridFit.Horizons, Shipped[kind].Anchors.Select(anchor => anchor.Steps));
            foreach (int steps in new[] { 5, 40, 160 })
            {
                double best = HybridFit.Best(CifarSpectrum.Data, kind, steps, CifarSpectrum.First, CifarSpectrum.Last).Error;
                Assert.Equal(best, Error(Shipped[kind].For(steps), kind, steps), 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Between))]
    public void Shipped_schedules_are_better_than_every_base_between_the_fitted_lengths_too(SamplerKind kind, int steps)
        => Assert.InRange(Error(Shipped[kind].For(steps), kind, steps), 0, 0.97 * BestBase(kind, steps));

    [Fact]
    public void Tables_are_fitted_for_both_kinds_of_samplers_and_tell_of_each_fit()
    {
        var fitted = new List<FittedSchedule>();
        // Two axes alone make it quick.
        HybridTables tables = HybridFit.Tables([2, 0.1], CifarSpectrum.Process, fitted.Add);
        Assert.Equal(2 * HybridFit.Horizons.Count, fitted.Count);
        Assert.All(fitted, fit => Assert.Equal(fit.Schedule, tables[fit.Kind].For(fit.Steps)));
    }

    private static double BestBase(SamplerKind kind, int steps)
        => Enumerable.Range(0, 4).Min(index => Error(HybridScheduleTests.Base(index), kind, steps));

    private static double Error(HybridSchedule schedule, SamplerKind kind, int steps)
        => CifarSpectrum.Data.Error(schedule.AlphaBar(steps, CifarSpectrum.First, CifarSpectrum.Last), kind);
}
