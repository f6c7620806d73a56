using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Softmax over one axis.</summary>
public static unsafe class SoftmaxOperation
{
    /// <summary>e^x divided by its sum over <paramref name="axis"/>; negative axes count from the end.</summary>
    public static Tensor Softmax(this Tensor x, int axis) => Apply(x, axis, logarithm: false);

    /// <summary>The logarithm of <see cref="Softmax"/>, also where that is 0 in float32.</summary>
    public static Tensor LogSoftmax(this Tensor x, int axis) => Apply(x, axis, logarithm: true);

    private static Tensor Apply(Tensor x, int axis, bool logarithm)
    {
        ArgumentNullException.ThrowIfNull(x);
        int front = x.Shape.Axis(axis), last = x.Shape.Rank - 1;
        if (front != last)
        {
            int[] swapped = [.. Enumerable.Range(0, last + 1)];
            (swapped[front], swapped[last]) = (last, front);
            return Apply(x.Permute(swapped), last, logarithm).Permute(swapped);
        }

        Tensor y = Tensor.Empty(x.Shape);
        int width = x.Shape[-1];
        if (x.Count > 0) KernelSet.Current.For(new Kernel(x.Floats, y.Floats, width, logarithm), x.Count / width, x.Count * 16L);
        if (Tape.For(x) is { } tape) Record(tape, x, logarithm, y);
        return y;
    }

    private static void Record(Tape tape, Tensor x, bool logarithm, Tensor y)
    {
        tape.Save(y);
        tape.Record(y, dy => x.Adjoint!.Add(logarithm
            ? dy - y.Exp() * dy.Sum(-1)
            : y * (dy - (dy * y).Sum(-1))));
    }

    /// <summary>A unit is a row.</summary>
    private readonly struct Kernel(float* x, float* y, int width, bool logarithm) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int row = begin; row < end; row++)
            {
                float* from = x + (long)row * width, to = y + (long)row * width;
                float greatest = Greatest<T>(from, width);
                Exponentials<Simd1>(from, to, Exponentials<T>(from, to, 0, greatest), greatest);
                float sum = Lanes.Sum<T>(to, width);
                if (logarithm)
                {
                    double below = greatest + Math.Log(sum);
                    for (int i = 0; i < width; i++) to[i] = (float)(from[i] - below);
                    continue;
                }

                float factor = 1 / sum;
                Scale<Simd1>(to, Scale<T>(to, 0, factor), factor);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Greatest<T>(float* x, int count)
            where T : struct, ISimd<T>
        {
            T most = T.Create(float.NegativeInfinity);
            int i = 0;
            for (; i + T.Width <= count; i += T.Width) most = T.Max(most, T.Load(x + i));
            float* lanes = stackalloc float[Lanes.Count];
            most.Store(lanes);
            float greatest = float.NegativeInfinity;
            for (int lane = 0; lane < T.Width; lane++) greatest = MathF.Max(greatest, lanes[lane]);
            for (; i < count; i++) greatest = MathF.Max(greatest, x[i]);
            return greatest;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Exponentials<T>(float* x, float* y, int i, float greatest)
            where T : struct, ISimd<T>
        {
            T most = T.Create(greatest);
            for (; i + T.Width <= width; i += T.Width) VectorMath.ExpNonPositive(T.Load(x + i) - most).Store(y + i);
            return i;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Scale<T>(float* y, int i, float factor)
            where T : struct, ISimd<T>
        {
            T f = T.Create(factor);
            for (; i + T.Width <= width; i += T.Width) (T.Load(y + i) * f).Store(y + i);
            return i;
        }
    }
}
