using Rubato.Benchmarks;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Benchmarks;

public sealed class AcDiffTests
{
    private static readonly ErrorLaw[] Laws = [.. Enumerable.Range(0, 50).Select(i => new ErrorLaw(-3 + 0.04 * i, 1, 0))];

    [Fact]
    public void Dealt_horizons_are_the_same_ones_of_other_conditions()
    {
        var horizons = new AcDiffHorizons(Laws, []);
        int[] own = horizons.For(HorizonSource.Estimated, 20), dealt = horizons.For(HorizonSource.Dealt, 20);
        Assert.Equal(own.Order(), dealt.Order());
        Assert.NotEqual(own, dealt);
        Assert.Equal(20 * own.Length, own.Sum());
        Assert.All(horizons.For(HorizonSource.Fixed, 20), steps => Assert.Equal(20, steps));
        int[] tolerance = horizons.For(HorizonSource.Tolerance, 20);
        Assert.Equal(20 * own.Length, tolerance.Sum());
        Assert.True(tolerance.Max() - tolerance.Min() > own.Max() - own.Min());   // errors as a / N: a, and not its root
    }

    /// <summary>With error a / N for all, the least mean error at a mean of steps has N in proportion to the root of a.</summary>
    [Fact]
    public void The_oracle_deals_steps_by_the_measured_law()
    {
        int[] rungs = [5, 10, 20, 40];
        double[] a = [1, 4, 9, 16];
        ErrorLaw[] measured = [.. a.Select(size => ErrorLaw.Fit(rungs, [.. rungs.Select(steps => Math.Log(size / steps))]))];
        int[] steps = new AcDiffHorizons(Laws[..4], measured).For(HorizonSource.Measured, 50);
        Assert.Equal([20, 40, 60, 80], steps);
        int[] tilted = [10, 40, 60, 90];
        Assert.True(Error(steps) < Error([50, 50, 50, 50]) && Error(steps) < Error(tilted));

        double Error(int[] dealt) => dealt.Zip(a, (n, size) => size / n).Sum();
    }

    [Fact]
    public void Conditions_are_none_of_those_that_horizons_were_fitted_to_and_none_twice()
    {
        var random = new Random(3);
        byte[] pixels = new byte[60 * 8 * 8 * 3];
        random.NextBytes(pixels);
        var pictures = new TrainingPictures("here", (8, 8, 3), pixels, [.. Enumerable.Range(0, 60).Select(i => i % 2)], ["a", "b"]);
        AcDiffCondition[] conditions = AcDiffConditions.Of(pictures, count: 30, measured: 25);
        var fitted = Enumerable.Range(0, 25).Select(number => HorizonConditions.PictureOf(pictures, number)).ToHashSet();
        int[] drawn = [.. conditions.Select(condition
            => Enumerable.Range(0, 60).Single(i => pictures.Pixels(i).SequenceEqual(condition.Source.Pixels)))];
        Assert.Equal(30, drawn.Distinct().Count());
        Assert.DoesNotContain(drawn, fitted.Contains);
        Assert.All(conditions.Zip(drawn), pair => Assert.Equal(pair.Second % 2, pair.First.Class));
        Assert.Equal(conditions[..9].Select(condition => condition.Name),
            AcDiffConditions.Of(pictures, 9, 25).Select(condition => condition.Name));
        var few = Assert.Throws<TrainingDataException>(() => AcDiffConditions.Of(pictures, 60, 25));
        Assert.Contains("60 others are needed", few.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, 500)]
    [InlineData(32, 40)]
    [InlineData(3, 3)]
    public void As_many_conditions_were_measured_as_leave_so_many_to_train_on(int shown, int count)
    {
        Assert.Equal(count, HorizonConditions.CountOf(shown));
        Assert.Equal(shown, Enumerable.Range(0, count).Count(number => !new HorizonCondition(number, null, null).IsHeldOut));
    }

    [Theory]
    [InlineData("##..", "##..", 1)]
    [InlineData("##..", "..##", 0)]
    [InlineData("##..", "#...", 2.0 / 3)]
    [InlineData("##..", ".##.", 0.5)]   // one pixel beside is another place
    [InlineData("....", "....", 1)]
    [InlineData("#...", "....", 0)]
    public void The_f1_of_edges_is_that_of_their_pixels(string given, string drawn, double want)
        => Assert.Equal(want, EdgeAgreement.F1(Of(given), Of(drawn)), 1e-12);

    /// <summary>In one dimension the distance is (m1 - m2)^2 + (s1 - s2)^2.</summary>
    [Fact]
    public void The_interval_of_a_frechet_distance_is_that_of_redrawn_samples()
    {
        const int Draws = 50;
        float[] values = [.. Enumerable.Range(0, 40).Select(i => (float)(2 + Math.Sin(i * 1.3) + 0.3 * Math.Cos(i * 0.7)))];
        FrechetEstimate estimate = new FrechetBootstrap(new FeatureStatistics([0.5], [4.0]), Draws)
            .Of([.. values.Select(value => (float[])[value])]);
        double[] redrawn = [.. Statistics.Redrawn(values.Length, Draws).Select(places => Distance([.. places.Select(i => values[i])]))];
        Assert.Equal(Distance(values), estimate.Distance, 1e-6);
        Assert.All(redrawn.Zip(estimate.Redrawn), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        double shift = Distance(values) - redrawn.Average();
        Assert.Equal(Statistics.Quantile(redrawn, 0.025) + shift, estimate.Interval.Low, 1e-6);
        Assert.Equal(Statistics.Quantile(redrawn, 0.975) + shift, estimate.Interval.High, 1e-6);
        Assert.Equal((0.0, new Interval(0, 0)), estimate.Minus(estimate));

        static double Distance(float[] sample)
        {
            double mean = sample.Average(value => (double)value);
            double deviation = Math.Sqrt(sample.Sum(value => (value - mean) * (value - mean)) / (sample.Length - 1));
            return (mean - 0.5) * (mean - 0.5) + (deviation - 2) * (deviation - 2);
        }
    }

    [Fact]
    public void The_hardest_tenth_is_hard_for_all_rows_together()
    {
        double[] one = [.. Enumerable.Repeat(1.0, 20)], other = [.. Enumerable.Repeat(1.0, 20)];
        (one[3], other[3], one[7], other[11], other[12]) = (3, 3, 5, 4, 4.5);   // geometric means 3, 2.2, 2 and 2.1
        Assert.Equal([3, 7], AcDiffComparison.HardestTenth([one, other]));
        Assert.Equal([3, 7], AcDiffComparison.HardestTenth([other, one]));
    }

    private static Sketch Of(string lines) => new(lines.Length, 1, [.. lines.Select(c => c == '#')]);
}
