using Rubato.Tensors.Layers;
using Rubato.Tensors.Tests.Kernels;
using Rubato.Tensors.Tests.Operations;
using static Rubato.Tensors.Tests.Gradients.Gradients;

namespace Rubato.Tensors.Tests.Gradients;

/// <summary>
/// Gradients of convolutions and linear layers are the sums that the chain rule writes down. A sum of K products may lose
/// K roundings.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ConvolutionGradientTests
{
    private static readonly Dictionary<string, Case> Cases = new Case[]
    {
        new(2, 5, 6, 3, 8, 3, 3, ConvOptions.Same(1)),
        new(2, 5, 4, 8, 3, 3, 3, ConvOptions.Same(1)),                              // few outputs
        new(2, 4, 4, 17, 33, 1, 1, new ConvOptions()),
        new(2, 7, 5, 4, 5, 3, 3, ConvOptions.Same(1) with { Stride = (2, 2) }),
        new(3, 8, 8, 33, 36, 3, 3, ConvOptions.Same(1) with { Stride = (2, 2) }),
        new(2, 6, 6, 4, 5, 3, 3, new ConvOptions { Stride = (2, 2), Padding = (0, 0, 1, 1) }),
        new(2, 5, 6, 4, 5, 1, 1, new ConvOptions { Stride = (2, 2) }),              // pixels that no tap meets
        new(2, 8, 9, 4, 5, 3, 4, new ConvOptions { Stride = (3, 2), Dilation = (2, 2), Padding = (1, 3, 2, 1) }),
        new(2, 7, 7, 3, 5, 2, 2, new ConvOptions { Stride = (3, 3) }),              // a last line that no window reaches
        new(2, 6, 5, 6, 6, 3, 3, ConvOptions.Same(1) with { Groups = 6 }),
        new(2, 5, 5, 6, 34, 3, 3, ConvOptions.Same(1) with { Groups = 2 }),
        new(2, 8, 7, 3, 4, 3, 3, ConvOptions.Same(2) with { Dilation = (2, 2) }),
        new(2, 6, 9, 3, 4, 5, 3, new ConvOptions { Stride = (1, 2), Padding = (2, 1, 2, 1), Dilation = (1, 2) }),
        new(2, 1, 11, 5, 6, 1, 3, new ConvOptions { Padding = (0, 1, 0, 1) }),
        new(2, 9, 9, 3, 16, 7, 7, ConvOptions.Same(3)),
        new(1, 2, 2, 5, 4, 5, 5, ConvOptions.Same(2)),                              // taps that no pixel meets
        new(3, 20, 19, 13, 34, 3, 3, ConvOptions.Same(1)),                          // several blocks in several slices
        new(1, 3, 5, 40, 70, 3, 3, ConvOptions.Same(1)),
    }.ToDictionary(c => c.ToString());

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights(string name)
    {
        Case c = Cases[name];
        Tensor x = c.X(), dy = c.Dy(), start = Normal(4, [.. c.Weight]);
        Twin tx = Twin.Of(x), tdy = Twin.Of(dy), before = Twin.Of(start);
        (int perGroup, ConvOptions o) = (c.Outputs / c.Options.Groups, c.Options);
        Twin want = Twin.Build([.. c.Weight], i => before[i] + Sum(c.Batch, n => Sum(tdy.Shape[1], y => Sum(tdy.Shape[2], column =>
            tdy[n, y, column, i[0]] * tx.OrZero(n, y * o.Stride.Y + i[2] * o.Dilation.Y - o.Padding.Top,
                column * o.Stride.X + i[3] * o.Dilation.X - o.Padding.Left, i[0] / perGroup * c.Weight[1] + i[1])))));
        Agree(() =>
        {
            Tensor gradient = start.Clone();
            Conv2dGradient.Weight(x, dy, o, gradient);
            return [gradient];
        }, [want], c.Batch * tdy.Shape[1] * tdy.Shape[2] + 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Input(string name)
    {
        Case c = Cases[name];
        Tensor weight = Normal(3, [.. c.Weight]), dy = c.Dy();
        Agree(() => [Conv2dGradient.Input(dy, weight, c.Options, c.Height, c.Width)], [c.Dx(dy, weight)], c.Depth);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Input_in_bfloat16_is_that_of_rounded_numbers(string name)
    {
        Case c = Cases[name];
        Tensor weight = Normal(3, [.. c.Weight]), dy = c.Dy();
        Agree(() => [Conv2dGradient.Input(dy, weight, c.Options, c.Height, c.Width, Precision.BFloat16)],
            [c.Dx(Rounded(dy), Rounded(weight))], c.Depth);
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(5, 16, 17)]
    [InlineData(64, 33, 64)]
    [InlineData(300, 9, 5)]
    [InlineData(700, 64, 96)]
    [InlineData(2, 1500, 40)]
    public void Linear_layers(int rows, int inputs, int outputs)
    {
        Tensor x = Normal(1, 2, rows, inputs), dy = Normal(2, 2, rows, outputs), weight = Normal(3, outputs, inputs);
        Twin tx = Twin.Of(x.Reshape(-1, inputs)), tdy = Twin.Of(dy.Reshape(-1, outputs)), w = Twin.Of(weight);
        Twin dWeight = Twin.Build([outputs, inputs], i => w[i] + Sum(2 * rows, r => tdy[r, i[0]] * tx[r, i[1]]));
        Twin dx = Twin.Build([2, rows, inputs], i => Sum(outputs, o => tdy[i[0] * rows + i[1], o] * w[o, i[2]]));
        Agree(() =>
        {
            Tensor gradient = weight.Clone();
            LinearGradient.Weight(x, dy, gradient);
            return [gradient];
        }, [dWeight], 2 * rows + 1);
        Agree(() => [LinearGradient.Input(dy, weight)], [dx], outputs);
        (tdy, w) = (Twin.Of(Rounded(dy.Reshape(-1, outputs))), Twin.Of(Rounded(weight)));
        Twin rounded = Twin.Build([2, rows, inputs], i => Sum(outputs, o => tdy[i[0] * rows + i[1], o] * w[o, i[2]]));
        Agree(() => [LinearGradient.Input(dy, weight, Precision.BFloat16)], [rounded], outputs);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(130, 3)]
    [InlineData(1000, 33)]
    [InlineData(70, 64)]
    public void Biases(int rows, int columns)
    {
        Tensor dy = Normal(1, 2, rows, 1, columns), start = Normal(2, columns);
        Twin before = Twin.Of(start), t = Twin.Of(dy);
        Twin want = Twin.Build([columns], i => before[i] + Sum(2, n => Sum(rows, r => t[n, r, 0, i[0]])));
        Agree(() =>
        {
            Tensor gradient = start.Clone();
            Conv2dGradient.Bias(dy, gradient);
            return [gradient];
        }, [want], 40);
    }

    [Fact]
    public void Shapes_that_do_not_belong_together_are_refused()
    {
        Tensor x = Tensor.Zeros([1, 4, 4, 3]), dy = Tensor.Zeros([1, 4, 4, 5]), weight = Tensor.Zeros([5, 3, 3, 3]);
        Assert.Throws<ArgumentException>(() => Conv2dGradient.Weight(x, dy, new ConvOptions(), weight));
        Assert.Throws<ArgumentException>(() => Conv2dGradient.Input(dy, weight, new ConvOptions(), 4, 4));
        Assert.Throws<ArgumentException>(() => Conv2dGradient.Bias(dy, Tensor.Zeros([4])));
        Assert.Throws<ArgumentException>(() => LinearGradient.Weight(x, dy, Tensor.Zeros([5, 4])));
    }

    private static Tensor Rounded(Tensor x)
    {
        Tensor rounded = x.Clone();
        BFloat16Twin.Rounded(x).CopyTo(rounded.AsSpan());
        return rounded;
    }

    private sealed record Case(
        int Batch, int Height, int Width, int Inputs, int Outputs, int KernelHeight, int KernelWidth, ConvOptions Options)
    {
        public Shape Weight => [Outputs, Inputs / Options.Groups, KernelHeight, KernelWidth];

        public int Depth => KernelHeight * KernelWidth * (Outputs / Options.Groups);

        public Tensor X() => Normal(1, Batch, Height, Width, Inputs);

        public Tensor Dy() => Normal(2, [.. Conv2d.ResultShape([Batch, Height, Width, Inputs], Weight, Options)]);

        /// <summary>The gradient by the input, as the chain rule has it.</summary>
        public Twin Dx(Tensor dy, Tensor weight)
        {
            Twin w = Twin.Of(weight), tdy = Twin.Of(dy);
            (int perGroup, ConvOptions o) = (Outputs / Options.Groups, Options);
            return Twin.Build([Batch, Height, Width, Inputs], i => Sum(KernelHeight, ky => Sum(KernelWidth, kx =>
            {
                (int row, int y) = Math.DivRem(i[1] + o.Padding.Top - ky * o.Dilation.Y, o.Stride.Y);
                (int column, int x) = Math.DivRem(i[2] + o.Padding.Left - kx * o.Dilation.X, o.Stride.X);
                int group = i[3] / Weight[1];
                return y != 0 || x != 0 ? 0 : Sum(perGroup, k => w[group * perGroup + k, i[3] % Weight[1], ky, kx]
                    * tdy.OrZero(i[0], row, column, group * perGroup + k));
            })));
        }
    }
}
