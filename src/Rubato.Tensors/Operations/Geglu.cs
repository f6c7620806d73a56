using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The gated activation of transformer blocks; Shazeer 2020, arXiv:2002.05202.</summary>
public static unsafe class GegluOperation
{
    /// <summary>The first half of the last axis times the GELU (by the error function) of the second.</summary>
    /// <param name="x">[.., 2 D]</param>
    /// <returns>[.., D]</returns>
    public static Tensor Geglu(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank < 1 || x.Shape[-1] % 2 != 0)
            throw new ArgumentException($"The last axis of {x.Shape} has no halves.", nameof(x));
        int width = x.Shape[-1] / 2;
        Tensor y = Tensor.Empty(x.Shape.With(-1, width));
        if (y.Count > 0) KernelSet.Current.For(new Kernel(x.Floats, y.Floats, width), y.Count / width, y.Count * 16L);
        if (Tape.For(x) is { } tape) Record(tape, x, width, y);
        return y;
    }

    private static void Record(Tape tape, Tensor x, int width, Tensor y)
    {
        tape.Save(x);
        tape.Record(y, dy =>
        {
            Tensor value = x.Slice(-1, 0, width), gate = x.Slice(-1, width, width);
            x.Adjoint!.Add(Concatenation.Concat(-1, dy * gate.Gelu(), ActivationGradient.Compute(gate, dy * value, Activation.Gelu)));
        });
    }

    /// <summary>A unit is a row.</summary>
    private readonly struct Kernel(float* x, float* y, int width) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int row = begin; row < end; row++)
            {
                float* value = x + 2L * row * width, to = y + (long)row * width;
                Gate<Simd1>(value, to, Gate<T>(value, to, 0));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Gate<T>(float* value, float* to, int i)
            where T : struct, ISimd<T>
        {
            for (; i + T.Width <= width; i += T.Width) (T.Load(value + i) * Gelu.Invoke(T.Load(value + width + i))).Store(to + i);
            return i;
        }
    }
}
