using Rubato.Benchmarks;

namespace Rubato.Tests.Benchmarks;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.5, 2.5)]
    [InlineData(0.05, 1.15)]   // 1 + 0.15
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    public void Quantiles_lie_between_the_order_statistics(double share, double want)
        => Assert.Equal(want, Statistics.Quantile([4, 1, 3, 2], share), 1e-12);

    [Fact]
    public void The_bootstrap_of_many_values_is_the_interval_of_normal_theory()
    {
        // 400 values of mean 10: the mean's standard error is s / 20.
        double[] values = [.. Enumerable.Range(0, 400).Select(i => 10 + 3 * Math.Sin(i * 0.7) + 2 * Math.Cos(i * 1.9))];
        double mean = values.Average(), error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length) / 20;
        Interval interval = Statistics.BootstrapMean(values);
        Assert.Equal(mean - 1.96 * error, interval.Low, 0.15 * error);
        Assert.Equal(mean + 1.96 * error, interval.High, 0.15 * error);
    }

    [Fact]
    public void The_bootstrap_of_equal_values_is_a_point()
        => Assert.Equal(new Interval(7, 7), Statistics.BootstrapMean([7, 7, 7]));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void A_derangement_moves_everything_and_loses_nothing(int count)
    {
        int[] order = Statistics.Derangement(count);
        Assert.Equal(Enumerable.Range(0, count), order.Order());
        Assert.DoesNotContain(Enumerable.Range(0, count), i => order[i] == i);
    }

    /// <summary>Quantiles of the distribution, from tables.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.4549364, 0.5)]
    [InlineData(3.8414588, 0.05)]
    [InlineData(6.6348966, 0.01)]
    [InlineData(10.8275662, 0.001)]
    public void The_upper_tail_of_chi_squared_is_that_of_the_tables(double x, double probability)
        => Assert.Equal(probability, MaskAgreement.UpperTail(x), 1e-7);

    [Fact]
    public void Agreement_follows_from_the_contingency_table()
    {
        // 10 steps that both skip, 20 and 30 that one skips, 40 that neither: chi-squared 100 (10 40 - 20 30)^2 / (30 70 40 60).
        bool[] a = [true, .. Steps(10, false), .. Steps(20, false), .. Steps(30, true), .. Steps(40, true)];
        bool[] b = [true, .. Steps(10, false), .. Steps(20, true), .. Steps(30, false), .. Steps(40, true)];
        var agreement = MaskAgreement.Of([a], [b]);
        Assert.Equal(10.0 / 60, agreement.Jaccard, 1e-12);
        Assert.Equal(100.0 * 200 * 200 / (30.0 * 70 * 40 * 60), agreement.ChiSquared, 1e-12);
    }

    [Fact]
    public void Equal_paths_overlap_whole_and_paths_without_skips_too()
    {
        bool[] path = [true, false, true, false, true], full = [true, true, true];
        Assert.Equal((1.0, 4.0), (MaskAgreement.Of([path], [path]).Jaccard, MaskAgreement.Of([path], [path]).ChiSquared));
        Assert.Equal((1.0, 0.0, 1.0), (MaskAgreement.Of([full], [full]).Jaccard, MaskAgreement.Of([full], [full]).ChiSquared,
            MaskAgreement.Of([full], [full]).Probability));
    }

    private static bool[] Steps(int count, bool evaluated) => [.. Enumerable.Repeat(evaluated, count)];
}
