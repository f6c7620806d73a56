using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Layers;
using Rubato.Tensors.Tests.Kernels.Assembled;

namespace Rubato.Tensors.Tests.Kernels;

[Collection(nameof(Alone))]
public sealed unsafe class BFloat16MatrixTests
{
    private static readonly IReadOnlyList<KernelSet> Sets = [.. Machine.Sets, .. InterpretedSets.All];

    // Around the heights of tiles, the widths of panels, the blocks of rows, the steps and the parts of K.
    private static readonly Gen<(int M, int N, int K)> Sizes =
        from m in Gen.OneOf(Gen.Choose(1, 30), Gen.Elements(95, 96, 97, 193, 256, 257, 300))
        from n in Gen.OneOf(Gen.Choose(1, 40), Gen.Elements(63, 64, 65))
        from k in Gen.OneOf(Gen.Choose(1, 70), Gen.Elements(1023, 1024, 1025, 2049))
        select (m, n, k);

    [Fact]
    public void Linear_layers_have_the_bits_of_the_specification_on_every_set()
    {
        Prop.ForAll(Sizes.ToArbitrary(), size =>
        {
            (int m, int n, int k) = size;
            Tensor x = Normal(1, m, k), w = Normal(2, n, k), bias = Normal(3, n), residual = Normal(4, m, n);
            float[] expected = BFloat16Twin.Linear(x, w, bias, residual);
            foreach (KernelSet set in (long)m * n * k < 50_000 ? Sets : Machine.Sets)
            {
                Tensor y = Machine.On(set, 2, () => new Linear(w, bias, Precision.BFloat16).Forward(x, Activation.None, residual));
                AssertBits(expected, y);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Matrix_products_have_the_bits_of_the_specification_on_every_set()
    {
        Tensor left = Normal(1, 3, 37, 70), right = Normal(2, 70, 45), turned = right.Permute(1, 0);
        float[] expected = BFloat16Twin.Linear(left.Reshape(-1, 70), turned, bias: null, residual: null);
        foreach (KernelSet set in Sets)
            AssertBits(expected, Machine.On(set, 2, () => left.MatMul(right, Precision.BFloat16)));
    }

    public static TheoryData<int, int, int, int, int, ConvOptions> Convolutions => new()
    {
        { 5, 6, 3, 8, 3, ConvOptions.Same(1) },
        { 4, 4, 17, 33, 1, new ConvOptions() },
        { 9, 7, 40, 35, 3, ConvOptions.Same(1) with { Stride = (2, 2) } },
        { 6, 6, 4, 5, 3, new ConvOptions { Stride = (2, 2), Padding = (0, 0, 1, 1) } },
        { 6, 6, 5, 4, 1, new ConvOptions { Stride = (2, 2) } },
        { 6, 5, 66, 6, 3, ConvOptions.Same(1) with { Groups = 2 } },
        { 8, 7, 33, 4, 3, ConvOptions.Same(2) with { Dilation = (2, 2) } },
        { 3, 3, 130, 7, 3, ConvOptions.Same(1) },     // K in two parts, cut inside of a tap
        { 20, 20, 32, 9, 3, ConvOptions.Same(1) },    // rows for two threads
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolutions_have_the_bits_of_the_specification_on_every_set(
        int height, int width, int inputs, int outputs, int kernel, ConvOptions o)
        => AssertConvolution(Sets, height, width, inputs, outputs, kernel, o);

    // Zeros on each side, as many as a kernel reaches or more, and lines that end with or without them.
    private static readonly Gen<(int Height, int Width, int Kernel, ConvOptions Options)> Windows =
        from height in Gen.Choose(1, 12)
        from width in Gen.OneOf(Gen.Choose(1, 12), Gen.Elements(16, 31, 32))
        from kernel in Gen.Choose(1, 4)
        from padding in Gen.Choose(0, 3).ArrayOf(4)
        from dilation in Gen.Choose(1, 2).Two()
        from stride in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Constant(2)))
        where height + padding[0] + padding[2] > (kernel - 1) * dilation.Item1
            && width + padding[1] + padding[3] > (kernel - 1) * dilation.Item2
        select (height, width, kernel, new ConvOptions
        {
            Stride = (stride, stride),
            Padding = (padding[0], padding[1], padding[2], padding[3]),
            Dilation = dilation,
        });

    [Fact]
    public void Windows_of_any_form_have_the_bits_of_the_specification_on_every_set()
    {
        Prop.ForAll(Windows.ToArbitrary(), window =>
        {
            (int height, int width, int kernel, ConvOptions o) = window;
            AssertConvolution(height * width * kernel < 100 ? Sets : Machine.Sets, height, width, inputs: 37, outputs: 5, kernel, o);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Transposed_convolutions_have_the_bits_of_the_specification_on_every_set()
    {
        const int Inputs = 35, Outputs = 6, Kernel = 4;
        var o = new ConvTransposeOptions { Stride = (2, 2), Padding = (1, 1) };
        Tensor x = Normal(1, 2, 4, 3, Inputs), w = Normal(2, Inputs, Outputs, Kernel, Kernel), bias = Normal(3, Outputs);
        float[] weights = w.ToArray();
        float[]? expected = null;
        foreach (KernelSet set in Sets)
        {
            Tensor y = Machine.On(set, 2, () => new ConvTranspose2d(w, bias, o, Precision.BFloat16).Forward(x));
            expected ??= BFloat16Twin.Convolution(x, y.Shape, (Kernel, Kernel), groups: 1,
                (n, c, tap) => weights[(c * Outputs + n) * Kernel * Kernel + tap], bias,
                (line, column, ky, kx) => (Source(line, ky), Source(column, kx)));
            AssertBits(expected, y);
        }

        static int Source(int at, int k) => (at + 1 - k) % 2 == 0 ? (at + 1 - k) / 2 : -1;
    }

    [Fact]
    public void Threads_and_places_in_a_batch_change_no_bit()
    {
        Tensor x = Normal(1, 3, 11, 13, 40), w = Normal(2, 70, 40, 3, 3);
        foreach (KernelSet set in Machine.Sets)
        {
            var conv = Machine.On(set, 1, () => new Conv2d(w, bias: null, ConvOptions.Same(1), Precision.BFloat16));
            Tensor one = Machine.On(set, 1, () => conv.Forward(x)), two = Machine.On(set, 2, () => conv.Forward(x));
            AssertBits(one.ToArray(), two);
            AssertBits(one.Rows(1, 1).ToArray(), Machine.On(set, 2, () => conv.Forward(x.Rows(1, 1).Clone())));
        }
    }

    [Fact]
    public void Rows_may_lie_in_lines_and_pictures_with_gaps()
    {
        const int Pictures = 2, Lines = 5, Rows = 4, K = 70, N = 40, Stride = 50, LineStride = 230, PictureStride = 1200;
        const int M = Pictures * Lines * Rows;
        Tensor x = Normal(1, M, K), w = Normal(2, N, K);
        Tensor residual = Normal(3, Pictures * PictureStride), y = Tensor.Zeros(residual.Shape);
        var weights = new WeightMatrix { Data = w.Floats, Columns = N, Channels = K, ColumnStride = K, ChannelStride = 1 };
        KernelSet.Current.Pack(weights, Precision.BFloat16).Multiply(new Product
        {
            Rows = RowSource.Matrix(x.Floats, M, K),
            Output = y.Floats,
            OutputStride = Stride,
            LineRows = Rows,
            LineStride = LineStride,
            PictureLines = Lines,
            PictureStride = PictureStride,
            Residual = residual.Floats,
        });
        float[] sums = BFloat16Twin.Linear(x, w, bias: null, residual: null), expected = new float[y.Count];
        for (int i = 0; i < sums.Length; i++)
        {
            (int row, int n) = (i / N, i % N);
            int at = row / Rows / Lines * PictureStride + row / Rows % Lines * LineStride + row % Rows * Stride + n;
            expected[at] = sums[i] + residual.AsSpan()[at];
        }

        AssertBits(expected, y);
    }

    [Fact]
    public void Layers_of_parameters_follow_their_changes()
    {
        var weight = new Parameter("weight", Normal(2, 40, 70));
        var layer = new Linear(weight.Value, bias: null, Precision.BFloat16);
        Tensor x = Normal(1, 30, 70), other = Normal(5, 40, 70);
        AssertBits(BFloat16Twin.Linear(x, weight.Value, bias: null, residual: null), layer.Forward(x));
        other.AsSpan().CopyTo(weight.Value.AsSpan());
        weight.MarkChanged();
        AssertBits(BFloat16Twin.Linear(x, other, bias: null, residual: null), layer.Forward(x));
    }

    [Fact]
    public void Residual_and_activation_come_last()
    {
        Tensor x = Normal(1, 30, 70), w = Normal(2, 40, 70), bias = Normal(3, 40), residual = Normal(4, 30, 40);
        var layer = new Linear(w, bias, Precision.BFloat16);
        AssertBits(layer.Forward(x, Activation.None, residual).Activate(Activation.Silu).ToArray(),
            layer.Forward(x, Activation.Silu, residual));
    }

    [Fact]
    public void What_is_not_a_number_stays_in_its_row()
    {
        Tensor x = Normal(1, 30, 70), w = Normal(2, 40, 70);
        x.AsSpan()[7 * 70 + 3] = float.NaN;
        foreach (KernelSet set in Machine.Sets)
        {
            float[] y = Machine.On(set, 1, () => new Linear(w, bias: null, Precision.BFloat16).Forward(x)).ToArray();
            for (int i = 0; i < y.Length; i++) Assert.Equal(i / 40 == 7, float.IsNaN(y[i]));
        }
    }

    [Fact]
    public void Rounding_is_to_nearest_with_ties_to_even_in_every_lane()
    {
        float[] x = [.. Enumerable.Range(0, 1 << 16).SelectMany(upper => ((int[])[0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF])
            .Select(lower => BitConverter.UInt32BitsToSingle((uint)(upper << 16 | lower))))];
        float[] y = new float[x.Length];
        foreach (KernelSet set in Machine.Sets)
        {
            fixed (float* from = x, to = y) set.Run(new Rounding(from, to, x.Length), 0, 1);
            for (int i = 0; i < x.Length; i++) AssertRounded(x[i], y[i]);
        }

        foreach (float value in x) AssertRounded(value, BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(value) << 16));

        static void AssertRounded(float x, float got)
        {
            float expected = BFloat16Twin.Round(x);
            bool equal = BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(got);
            Assert.True(float.IsNaN(x) ? float.IsNaN(got) : equal, $"{x:r} became {got:r}, not {expected:r}");
        }
    }

    private static void AssertConvolution(
        IReadOnlyList<KernelSet> sets, int height, int width, int inputs, int outputs, int kernel, ConvOptions o)
    {
        int perGroup = inputs / o.Groups;
        Tensor x = Normal(1, 2, height, width, inputs), w = Normal(2, outputs, perGroup, kernel, kernel);
        Tensor bias = Normal(3, outputs);
        float[] weights = w.ToArray();
        float[]? expected = null;
        foreach (KernelSet set in sets)
        {
            Tensor y = Machine.On(set, 2, () => new Conv2d(w, bias, o, Precision.BFloat16).Forward(x));
            expected ??= BFloat16Twin.Convolution(x, y.Shape, (kernel, kernel), o.Groups,
                (n, c, tap) => weights[(n * perGroup + c) * kernel * kernel + tap], bias,
                (line, column, ky, kx) => (line * o.Stride.Y + ky * o.Dilation.Y - o.Padding.Top,
                    column * o.Stride.X + kx * o.Dilation.X - o.Padding.Left));
            AssertBits(expected, y);
        }
    }

    private static Tensor Normal(ulong seed, params ReadOnlySpan<int> shape)
    {
        Tensor tensor = Tensor.Empty(Shape.Create(shape));
        new TorchCpuGenerator(seed).RandN(tensor.AsSpan());
        return tensor;
    }

    private static void AssertBits(float[] expected, Tensor actual)
        => Assert.Equal(
            MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(actual.AsSpan()).ToArray());

    private readonly struct Rounding(float* from, float* to, int count) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = 0; i < count; i += T.Width) T.RoundToBFloat16(T.Load(from + i)).Store(to + i);
        }
    }
}
