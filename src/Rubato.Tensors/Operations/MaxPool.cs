using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The greatest of the pixels of a window.</summary>
public static unsafe class MaxPool
{
    /// <summary>Maxima over square windows; what lies outside of the picture does not count.</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="kernel">Side of a window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="padding">Pixels that windows reach beyond the picture; at most half of the side.</param>
    /// <param name="ceiling">
    /// Whether a last window that hangs over the far edges counts, as long as it begins inside of the picture: PyTorch's
    /// <c>ceil_mode</c>, and how Caffe pools.
    /// </param>
    /// <returns>[N, H', W', C]</returns>
    public static Tensor MaxPool2d(this Tensor x, int kernel, int stride, int padding = 0, bool ceiling = false)
    {
        Resampling.Check(x, 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        if (Math.Min(x.Shape[1], x.Shape[2]) + 2 * padding < kernel)
            throw new ArgumentException($"A window of {kernel} pixels does not fit in {x.Shape}.", nameof(kernel));
        int height = Windows(x.Shape[1]), width = Windows(x.Shape[2]);
        Tensor y = Tensor.Empty([x.Shape[0], height, width, x.Shape[3]]);
        KernelSet.Current.For(
            new Kernel(x.Floats, y.Floats, x.Shape, y.Shape, kernel, stride, padding), y.Shape[0] * height, (long)y.Count * kernel * kernel);
        if (Tape.For(x) is { } tape) Record(tape, x, kernel, stride, padding, y);
        return y;

        int Windows(int size)
        {
            int room = size + 2 * padding - kernel, whole = room / stride + 1;
            return ceiling && room % stride > 0 && whole * stride < size + padding ? whole + 1 : whole;
        }
    }

    private static void Record(Tape tape, Tensor x, int kernel, int stride, int padding, Tensor y)
    {
        tape.Save(x);
        tape.Save(y);
        tape.Record(y, dy =>
        {
            Tensor dx = Tensor.Zeros(x.Shape);
            KernelSet.Current.For(
                new Scatter(x.Floats, y.Floats, dy.Floats, dx.Floats, x.Shape, y.Shape, kernel, stride, padding),
                x.Shape[0], (long)y.Count * kernel * kernel);
            x.Adjoint!.Add(dx);
        });
    }

    /// <summary>Every dy goes to the first pixel of its window that is the greatest; a unit is a picture.</summary>
    private readonly struct Scatter(
        float* x, float* y, float* dy, float* dx, Shape source, Shape target, int side, int stride, int padding) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int channels = source[3];
            for (int i = begin * target[1] * target[2]; i < end * target[1] * target[2]; i++)
            {
                (int line, int ox) = Math.DivRem(i, target[2]);
                (int picture, int oy) = Math.DivRem(line, target[1]);
                int top = oy * stride - padding, left = ox * stride - padding;
                for (int c = 0; c < channels; c++)
                {
                    long place = First(picture, top, left, c, y[(long)i * channels + c]);
                    if (place >= 0) dx[place] += dy[(long)i * channels + c];
                }
            }
        }

        private long First(int picture, int top, int left, int c, float greatest)
        {
            int height = source[1], width = source[2], channels = source[3];
            for (int sy = Math.Max(0, top); sy < Math.Min(height, top + side); sy++)
            {
                for (int sx = Math.Max(0, left); sx < Math.Min(width, left + side); sx++)
                {
                    long place = (((long)picture * height + sy) * width + sx) * channels + c;
                    if (x[place] == greatest) return place;
                }
            }

            return -1;   // what is not a number
        }
    }

    /// <summary>A unit is a line of the output.</summary>
    private readonly struct Kernel(float* x, float* y, Shape source, Shape target, int side, int stride, int padding) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int height = source[1], width = source[2], channels = source[3], whole = channels / T.Width * T.Width;
            for (int line = begin; line < end; line++)
            {
                (int picture, int oy) = Math.DivRem(line, target[1]);
                int top = oy * stride - padding;
                for (int ox = 0; ox < target[2]; ox++)
                {
                    float* to = y + ((long)line * target[2] + ox) * channels;
                    new Span<float>(to, channels).Fill(float.NegativeInfinity);
                    int left = ox * stride - padding;
                    for (int sy = Math.Max(0, top); sy < Math.Min(height, top + side); sy++)
                    {
                        for (int sx = Math.Max(0, left); sx < Math.Min(width, left + side); sx++)
                        {
                            float* from = x + (((long)picture * height + sy) * width + sx) * channels;
                            Raise<T>(from, to, 0, whole);
                            Raise<Simd1>(from, to, whole, channels);
                        }
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Raise<T>(float* from, float* to, int i, int end)
            where T : struct, ISimd<T>
        {
            for (; i < end; i += T.Width) T.Max(T.Load(to + i), T.Load(from + i)).Store(to + i);
        }
    }
}
