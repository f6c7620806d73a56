using Rubato.Tensors.Kernels;
using Rubato.Tensors.Layers;

namespace Rubato.Tensors.Tests.Operations;

/// <summary>Operations that do not answer sample by sample, and what operations refuse.</summary>
public sealed class WholeTensorTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(50001)]
    public void Whole_sums_are_those_of_float64_and_equal_on_every_set(int count)
    {
        var random = new Random(3);
        float[] a = Draw(), b = Draw();
        Tensor x = Tensor.From(a, [count]), y = Tensor.From(b, [count]);
        double mean = a.Average(v => (double)v), squares = a.Sum(v => (v - mean) * (v - mean));
        (double Want, Func<double> Got)[] sums =
        [
            (a.Zip(b, (v, w) => Math.Abs((double)v - w)).Average(), () => x.MeanAbsoluteDifference(y)),
            (a.Zip(b, (v, w) => (double)v * w).Sum(), () => x.Dot(y)),
            (Math.Sqrt(a.Sum(v => (double)v * v)), () => x.Norm()),
            (Math.Sqrt(squares / count), () => x.StandardDeviation(unbiased: false)),
            (Math.Sqrt(squares / (count - 1)), () => x.StandardDeviation()),
        ];
        foreach ((double want, Func<double> got) in sums)
        {
            double[] all = [.. from set in Machine.Sets from threads in (int[])[1, 2] select Machine.On(set, threads, got)];
            Assert.Equal(want, all[0], 1e-12 * Math.Max(1, Math.Abs(want)));
            Assert.All(all, value => Assert.Equal(all[0], value));
        }

        float[] Draw() => [.. Enumerable.Range(0, count).Select(_ => (float)(100 + random.NextDouble()))];
    }

    [Fact]
    public void Without_axes_a_reduction_is_over_all()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 9], [2, 3]);
        Assert.Equal([24f], x.Sum().ToArray());
        Assert.Equal([1, 1], x.Mean().Shape);
        Assert.Equal([9f], x.Max().ToArray());
    }

    [Fact]
    public void Embeddings_are_the_rows_of_their_ids()
    {
        var table = new Embedding(Tensor.From([0, 1, 10, 11, 20, 21], [3, 2]));
        Assert.Equal([20f, 21, 0, 1, 20, 21], table.Forward([2, 0, 2]).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Forward([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Forward([-1]));
    }

    [Theory]
    [InlineData(8, false, 0f)]
    [InlineData(8, true, 1f)]
    [InlineData(7, true, 0f)]
    public void Sinusoids_follow_their_definition(int dim, bool flip, float shift)
    {
        float[] t = [0, 1, 999.25f];
        Tensor y = SinusoidalEmbedding.Of(t, dim, flip, shift, scale: 2);
        int half = dim / 2;
        for (int row = 0; row < t.Length; row++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = 2.0 * t[row] * Math.Pow(10000, -i / (half - (double)shift));
                Assert.Equal(Math.Sin(angle), y.AsSpan()[row * dim + i + (flip ? half : 0)], 1e-7);
                Assert.Equal(Math.Cos(angle), y.AsSpan()[row * dim + i + (flip ? 0 : half)], 1e-7);
            }

            if (dim % 2 == 1) Assert.Equal(0, y.AsSpan()[row * dim + dim - 1]);
        }
    }

    [Theory]
    [InlineData(Interpolation.Bilinear, false)]
    [InlineData(Interpolation.Bilinear, true)]
    [InlineData(Interpolation.Bicubic, true)]
    public void Linear_pictures_stay_linear_away_from_the_border(Interpolation mode, bool antialias)
    {
        const int Size = 24, Larger = 41;
        float[] ramp = [.. from row in Enumerable.Range(0, Size) from column in Enumerable.Range(0, Size) select 3f * row + column];
        Tensor y = Tensor.From(ramp, [1, Size, Size, 1]).Resize(Larger, Larger, mode, antialias: antialias);
        for (int row = 6; row < Larger - 6; row++)
        {
            for (int column = 6; column < Larger - 6; column++)
            {
                double want = 3 * Place(row) + Place(column);
                Assert.Equal(want, y.AsSpan()[row * Larger + column], 1e-4);
            }
        }

        static double Place(int o) => (o + 0.5) * Size / Larger - 0.5;
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Aligned_corners_stay_in_their_places(Interpolation mode)
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 20).Select(i => (float)Math.Sin(i))], [1, 4, 5, 1]);
        float[] y = x.Resize(7, 9, mode, alignCorners: true).ToArray();
        for (int row = 0; row < 4; row++)
            for (int column = 0; column < 5; column++) Assert.Equal(x.AsSpan()[row * 5 + column], y[2 * row * 9 + 2 * column], 1e-6);
    }

    [Fact]
    public void What_is_not_a_number_stays_so_in_every_lane()
    {
        float[] values = [.. Enumerable.Range(0, 19).Select(i => i % 3 == 1 ? float.NaN : i - 9f)];
        Tensor x = Tensor.From(values, [19]);
        foreach (KernelSet set in Machine.Sets)
        {
            foreach (Activation activation in Enum.GetValues<Activation>())
                Assert.Equal(values.Select(float.IsNaN), Machine.On(set, 1, () => x.Activate(activation)).ToArray().Select(float.IsNaN));
            Assert.Equal(values.Select(float.IsNaN), Machine.On(set, 1, () => x.Clamp(-1, 1)).ToArray().Select(float.IsNaN));
            Assert.All(Machine.On(set, 1, () => x.Softmax(0)).ToArray(), v => Assert.True(float.IsNaN(v)));
        }
    }

    [Fact]
    public void Softmax_does_not_overflow()
    {
        float[] y = Tensor.From([1e30f, 1e30f, -1e30f, 0], [4]).Softmax(0).ToArray();
        Assert.Equal([0.5f, 0.5f, 0, 0], y);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Tensor x = Tensor.Zeros([2, 4, 4, 6]);
        Assert.Throws<ArgumentException>(() => x + Tensor.Zeros([5]));
        Assert.Throws<ArgumentException>(() => x.MatMul(Tensor.Zeros([4, 6])));
        Assert.Throws<ArgumentException>(() => new Linear(Tensor.Zeros([3, 5]), null).Forward(x));
        Assert.Throws<ArgumentException>(() => new Conv2d(Tensor.Zeros([3, 5, 1, 1]), null, new ConvOptions()).Forward(x));
        Assert.Throws<ArgumentException>(() => new Conv2d(Tensor.Zeros([3, 6, 7, 7]), null, ConvOptions.Same(1)).Forward(x));
        Assert.Throws<ArgumentException>(() => new GroupNorm(null, null, 6, 4, 1e-5f));
        Assert.Throws<ArgumentException>(() => new GroupNorm(null, null, 6, 3, 1e-5f).Forward(x, scale: Tensor.Zeros([1, 6])));
        Assert.Throws<ArgumentException>(() => new LayerNorm(null, null, [5], 1e-5f).Forward(x));
        Assert.Throws<ArgumentException>(() => x.Permute(0, 1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Permute(0, 1, 2, 4));
        Assert.Throws<ArgumentException>(() => Concatenation.Concat(0, x, Tensor.Zeros([2, 4, 4, 5])));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(1, 2, 3));
        Assert.Throws<ArgumentException>(() => x.Pad(4, 0, 0, 0, PaddingMode.Reflect));
        Assert.Throws<ArgumentException>(() => x.AveragePool2d(5, 1));
        Assert.Throws<ArgumentException>(() => x.Dot(x.Reshape(2, -1)));
        Assert.Throws<ArgumentException>(() => LinearCombination.Of((1, x), (1, x.Reshape(2, -1))));
    }

    [Fact]
    public void Empty_tensors_stay_empty()
    {
        Tensor x = Tensor.Zeros([0, 4, 4, 6]);
        Assert.Equal(0, (x + x).Count);
        Assert.Equal(0, new GroupNorm(null, null, 6, 3, 1e-5f).Forward(x).Count);
        Assert.Equal(0, new LayerNorm(null, null, [6], 1e-5f).Forward(x).Count);
        Assert.Equal(0, x.Softmax(-1).Count);
        Assert.Equal(0, x.ToChannelsFirst().Count);
        Assert.Equal(0, x.UpsampleNearest(8, 8).Count);
        Assert.Equal(0, x.Silu().Count);
        Assert.Equal(0, (2 * x).Count);
        Assert.Equal(0, new Conv2d(Tensor.Zeros([3, 6, 3, 3]), null, ConvOptions.Same(1)).Forward(x).Count);
    }
}
