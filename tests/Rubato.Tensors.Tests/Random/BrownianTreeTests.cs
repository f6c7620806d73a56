namespace Rubato.Tensors.Tests;

/// <summary>Truth: the covariance of Brownian motion. The seed is fixed; bounds are five standard deviations.</summary>
public sealed class BrownianTreeTests
{
    private const int Count = 1 << 16;

    [Theory]
    [InlineData(14.6, 9.7)]
    [InlineData(14.6, 0.03)]
    [InlineData(80, 79.9)]
    [InlineData(1.5, 1.4999)]
    [InlineData(2, 1)]
    [InlineData(0.02, 0)]
    [InlineData(0.3, 7)]
    public void Increments_are_standard_normal(double from, double to)
    {
        float[] x = Increment(from, to);
        Assert.Equal(0, x.Average(v => (double)v), 5 / Math.Sqrt(Count));
        Assert.Equal(1, x.Average(v => (double)v * v), 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(3, x.Average(v => Math.Pow(v, 4)), 5 * Math.Sqrt(96.0 / Count));
    }

    [Theory]
    [InlineData(10, 6, 2)]
    [InlineData(3.9, 2.05, 2.01)]
    [InlineData(14.6, 1, 0.25)]
    public void A_part_of_an_increment_is_correlated_with_the_whole_as_much_as_it_is_long(double from, double middle, double to)
    {
        float[] whole = Increment(from, to), part = Increment(from, middle), rest = Increment(middle, to);
        double share = Math.Sqrt((from - middle) / (from - to));
        Assert.Equal(share, whole.Zip(part, (x, y) => (double)x * y).Average(), 10 / Math.Sqrt(Count));
        Assert.Equal(0, part.Zip(rest, (x, y) => (double)x * y).Average(), 5 / Math.Sqrt(Count));
        for (int i = 0; i < 100; i++)
            Assert.Equal(whole[i], share * part[i] + Math.Sqrt(1 - share * share) * rest[i], 1e-5);
    }

    [Fact]
    public void The_path_does_not_depend_on_what_was_asked_before()
    {
        float[] alone = Increment(5, 3);
        var tree = new BrownianTree(9);
        float[] x = new float[Count];
        foreach ((double from, double to) in new[] { (14.0, 5.0), (5.0, 4.5), (4.5, 3.2) }) tree.Increment(x, from, to);
        tree.Increment(x, 5, 3);
        Assert.Equal(alone, x);
        tree.Increment(x, 3, 5);
        Assert.Equal(alone, Array.ConvertAll(x, v => -v));
        tree.Increment(x, 4, 4);
        Assert.All(x, v => Assert.Equal(0, v));
    }

    private static float[] Increment(double from, double to)
    {
        float[] x = new float[Count];
        new BrownianTree(9).Increment(x, from, to);
        return x;
    }
}
