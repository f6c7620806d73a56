using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Activations as operations of their own, for places where no layer can apply them.</summary>
public static unsafe class Activations
{
    /// <summary>The function of every element.</summary>
    public static Tensor Activate(this Tensor x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = Tensor.Empty(x.Shape);
        var kernel = new Kernel(x.Floats, y.Floats, x.Count, activation);
        KernelSet.Current.For(kernel, kernel.Units, x.Count * 16L);
        if (Tape.For(x) is { } tape) Record(tape, x, activation, y);
        return y;
    }

    private static void Record(Tape tape, Tensor x, Activation activation, Tensor y)
    {
        tape.Save(x);
        tape.Record(y, dy => x.Adjoint!.Add(ActivationGradient.Compute(x, dy, activation)));
    }

    /// <summary>x sigmoid(x).</summary>
    public static Tensor Silu(this Tensor x) => x.Activate(Activation.Silu);

    /// <summary>x Phi(x), by the error function.</summary>
    public static Tensor Gelu(this Tensor x) => x.Activate(Activation.Gelu);

    /// <summary>A unit is a piece.</summary>
    private readonly struct Kernel(float* x, float* y, int count, Activation activation) : IKernel
    {
        private const int PieceLength = 4096;

        public int Units => (count + PieceLength - 1) / PieceLength;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * PieceLength, last = (int)Math.Min((long)end * PieceLength, count);
            Map.Activate<T>(activation, x + first, y + first, last - first);
        }
    }
}
