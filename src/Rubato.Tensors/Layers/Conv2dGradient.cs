using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>The derivatives of <see cref="Conv2d"/>.</summary>
internal static unsafe class Conv2dGradient
{
    /// <summary>With respect to the input: the transposed convolution.</summary>
    /// <param name="dy">[N, H', W', O]</param>
    /// <param name="weight">[O, I / groups, kh, kw]</param>
    /// <param name="options">Of the forward.</param>
    /// <param name="height">H</param>
    /// <param name="width">W</param>
    /// <returns>[N, H, W, I]</returns>
    public static Tensor Input(Tensor dy, Tensor weight, ConvOptions options, int height, int width)
    {
        int groups = options.Groups, outputs = weight.Shape[0] / groups, inputs = weight.Shape[1];
        Tensor dx = Tensor.Empty([dy.Shape[0], height, width, inputs * groups]);
        var geometry = new ConvolutionGeometry
        {
            Transposed = true,
            Height = dy.Shape[1],
            Width = dy.Shape[2],
            OutputHeight = height,
            OutputWidth = width,
            KernelHeight = weight.Shape[2],
            KernelWidth = weight.Shape[3],
            StrideY = options.Stride.Y,
            StrideX = options.Stride.X,
            DilationY = options.Dilation.Y,
            DilationX = options.Dilation.X,
            PaddingTop = options.Padding.Top,
            PaddingLeft = options.Padding.Left,
        };
        using Scope scope = Scope.Begin();
        Tensor zeros = Tensor.Zeros([outputs]);
        for (int group = 0; group < groups; group++)
        {
            KernelSet.Current.Pack(ConvTranspose2d.GroupOf(weight, bias: null, groups, group)).Multiply(new Product
            {
                Rows = RowSource.Windows(dy.Floats + group * outputs, dy.Shape[0], dy.Shape[3], geometry, zeros.Floats),
                Output = dx.Floats + group * inputs,
                OutputStride = dx.Shape[3],
            });
        }

        return dx;
    }

    /// <summary>With respect to the weight.</summary>
    /// <param name="x">[N, H, W, I]</param>
    /// <param name="dy">[N, H', W', O]</param>
    /// <param name="options">Of the forward.</param>
    /// <param name="dWeight">[O, I / groups, kh, kw]: is added to.</param>
    public static void Weight(Tensor x, Tensor dy, ConvOptions options, Tensor dWeight)
    {
        var kernel = new WeightKernel(x.Floats, dy.Floats, dWeight.Floats, x.Shape, dy.Shape, dWeight.Shape, options);
        KernelSet.Current.For(kernel, kernel.Units, 2L * dy.Count * dWeight.Count / dWeight.Shape[0]);
    }

    /// <summary>With respect to the bias: sums over all axes but the last.</summary>
    /// <param name="dy">[.., O]</param>
    /// <param name="dBias">[O]: is added to.</param>
    public static void Bias(Tensor dy, Tensor dBias)
    {
        int width = dBias.Count, rows = dy.Count / width;
        for (int c = 0; c < width; c++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++) sum += dy.Floats[(long)row * width + c];
            dBias.Floats[c] += (float)sum;
        }
    }

    /// <summary>A unit is an input channel of a group at a tap.</summary>
    private readonly struct WeightKernel(
        float* x, float* dy, float* dWeight, Shape input, Shape output, Shape weight, ConvOptions options) : IKernel
    {
        private int Taps => weight[2] * weight[3];

        public int Units => options.Groups * weight[1] * Taps;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int columns = weight[0] / options.Groups;
            float* sums = (float*)NativePool.Rent(columns * sizeof(float));
            for (int unit = begin; unit < end; unit++)
            {
                (int place, int tap) = Math.DivRem(unit, Taps);
                (int group, int channel) = Math.DivRem(place, weight[1]);
                new Span<float>(sums, columns).Clear();
                for (int n = 0; n < output[0]; n++)
                    for (int oy = 0; oy < output[1]; oy++)
                        Line<T>(n, oy, tap, group * weight[1] + channel, group * columns, columns, sums);
                for (int o = 0; o < columns; o++)
                    dWeight[((long)(group * columns + o) * weight[1] + channel) * Taps + tap] += sums[o];
            }

            NativePool.Return(sums, columns * sizeof(float));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Line<T>(int n, int oy, int tap, int channel, int column, int columns, float* sums)
            where T : struct, ISimd<T>
        {
            (int ky, int kx) = Math.DivRem(tap, weight[3]);
            int sy = oy * options.Stride.Y + ky * options.Dilation.Y - options.Padding.Top;
            if ((uint)sy >= (uint)input[1]) return;
            for (int ox = 0; ox < output[2]; ox++)
            {
                int sx = ox * options.Stride.X + kx * options.Dilation.X - options.Padding.Left;
                if ((uint)sx >= (uint)input[2]) continue;
                float value = x[(((long)n * input[1] + sy) * input[2] + sx) * input[3] + channel];
                float* from = dy + (((long)n * output[1] + oy) * output[2] + ox) * output[3] + column;
                T v = T.Create(value);
                int c = 0;
                for (; c + T.Width <= columns; c += T.Width) T.Fma(v, T.Load(from + c), T.Load(sums + c)).Store(sums + c);
                for (; c < columns; c++) sums[c] = MathF.FusedMultiplyAdd(value, from[c], sums[c]);
            }
        }
    }
}
