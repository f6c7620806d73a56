using FsCheck;
using FsCheck.Fluent;

namespace Rubato.Tensors.Tests;

/// <summary>
/// Truth: closed forms of the normal distribution. Seeds are fixed, so a statistic either always passes or never; the
/// bounds are five standard deviations, which a sound generator passes with all of these statistics together.
/// </summary>
public sealed class NoiseStreamTests
{
    private const int Count = 1 << 20;
    private const double Sigmas = 5;

    [Fact]
    public void Moments_are_those_of_the_standard_normal()
    {
        float[] x = Draw(new NoiseStream(2024, NoisePurpose.Start), Count);
        // Variance of the k-th sample moment: (E x^2k - (E x^k)^2) / n, with E x^2, x^4, x^6, x^8 = 1, 3, 15, 105.
        AssertMean(x, v => v, 0, 1);
        AssertMean(x, v => v * v, 1, 3 - 1);
        AssertMean(x, v => v * v * v, 0, 15);
        AssertMean(x, v => v * v * v * v, 3, 105 - 9);
    }

    [Theory]
    [InlineData(0.5, 0.6914624612740131)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(2, 0.9772498680518208)]
    [InlineData(3, 0.9986501019683699)]
    public void Both_tails_have_the_weight_of_the_normal_distribution(double limit, double probability)
    {
        float[] x = Draw(new NoiseStream(7, NoisePurpose.Step), Count);
        double variance = probability * (1 - probability);
        AssertMean(x, v => v < limit ? 1 : 0, probability, variance);
        AssertMean(x, v => v > -limit ? 1 : 0, probability, variance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(64)]
    public void Neighbours_within_a_draw_are_uncorrelated(int distance)
    {
        float[] x = Draw(new NoiseStream(11, NoisePurpose.Start), Count);
        AssertUncorrelated(x[..^distance], x[distance..]);
    }

    [Fact]
    public void Streams_that_differ_in_seed_or_purpose_or_draw_are_uncorrelated()
    {
        var stream = new NoiseStream(1000, NoisePurpose.Start);
        float[] x = Draw(stream, Count);
        AssertUncorrelated(x, Draw(stream, Count));
        AssertUncorrelated(x, Draw(new NoiseStream(1000, NoisePurpose.Step), Count));
        AssertUncorrelated(x, Draw(new NoiseStream(1001, NoisePurpose.Start), Count));
        AssertUncorrelated(x, Draw(new NoiseStream(1000 + (1ul << 32), NoisePurpose.Start), Count));
    }

    [Fact]
    public void Equal_seed_and_purpose_give_equal_bits_whatever_else_is_drawn_between() =>
        Prop.ForAll(Seeds, Lengths, (seed, length) =>
        {
            var alone = new NoiseStream(seed, NoisePurpose.Step);
            var mixed = new NoiseStream(seed, NoisePurpose.Step);
            float[] first = Draw(alone, length), second = Draw(alone, length + 1);
            float[] firstMixed = Draw(mixed, length);
            Draw(new NoiseStream(seed, NoisePurpose.Start), 3);
            return first.AsSpan().SequenceEqual(firstMixed) && second.AsSpan().SequenceEqual(Draw(mixed, length + 1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shorter_draw_is_the_beginning_of_a_longer_one() =>
        Prop.ForAll(Seeds, Lengths, Lengths, (seed, a, b) =>
        {
            float[] x = Draw(new NoiseStream(seed, NoisePurpose.Start), a);
            float[] longer = Draw(new NoiseStream(seed, NoisePurpose.Start), a + b);
            return longer.AsSpan(0, a).SequenceEqual(x);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_call_is_a_draw_of_its_own()
    {
        var stream = new NoiseStream(3, NoisePurpose.Start);
        float[] one = Draw(new NoiseStream(3, NoisePurpose.Start), 16);
        float[] first = Draw(stream, 8), second = Draw(stream, 8);
        Assert.Equal(one[..8], first);
        Assert.Empty(second.Intersect(one));
    }

    [Fact]
    public void Numbers_are_the_four_normals_of_the_documented_blocks()
    {
        var stream = new NoiseStream(0x0123456789ABCDEF, NoisePurpose.Step);
        Draw(stream, 1);
        float[] actual = Draw(stream, 7), expected = new float[8];
        Philox.Normals(Philox.Block(0x0123456789ABCDEF, 1, 0x1_0000_0000), expected);
        Philox.Normals(Philox.Block(0x0123456789ABCDEF, 1, 0x1_0000_0001), expected.AsSpan(4));
        Assert.Equal(expected[..7], actual);
    }

    private static Arbitrary<ulong> Seeds => ArbMap.Default.ArbFor<ulong>();

    private static Arbitrary<int> Lengths => Gen.Choose(0, 40).ToArbitrary();

    private static float[] Draw(NoiseStream stream, int count)
    {
        float[] x = new float[count];
        stream.Normal(x);
        return x;
    }

    private static void AssertMean(float[] x, Func<double, double> statistic, double expected, double variance)
    {
        double mean = x.Average(v => statistic(v));
        Assert.Equal(expected, mean, Sigmas * Math.Sqrt(variance / x.Length));
    }

    /// <summary>Neither the numbers nor their squares: only the squares betray a shared radius.</summary>
    private static void AssertUncorrelated(float[] x, float[] y)
    {
        double products = 0, squares = 0;
        for (int i = 0; i < x.Length; i++)
        {
            products += (double)x[i] * y[i];
            squares += ((double)x[i] * x[i] - 1) * ((double)y[i] * y[i] - 1);
        }
        Assert.Equal(0, products / x.Length, Sigmas / Math.Sqrt(x.Length));
        Assert.Equal(0, squares / x.Length, Sigmas * 2 / Math.Sqrt(x.Length));
    }
}
