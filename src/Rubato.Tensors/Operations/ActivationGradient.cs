using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The derivatives of activations.</summary>
internal static unsafe class ActivationGradient
{
    /// <summary>dy times the derivative at x.</summary>
    public static Tensor Compute(Tensor x, Tensor dy, Activation activation)
    {
        Tensor dx = Tensor.Empty(x.Shape);
        var kernel = new Kernel(x.Floats, dy.Floats, dx.Floats, x.Count, activation);
        KernelSet.Current.For(kernel, kernel.Units, x.Count * 16L);
        return dx;
    }

    /// <summary>A unit is a piece.</summary>
    private readonly struct Kernel(float* x, float* dy, float* dx, int count, Activation activation) : IKernel
    {
        private const int PieceLength = 4096;

        public int Units => (count + PieceLength - 1) / PieceLength;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * PieceLength, last = (int)Math.Min((long)end * PieceLength, count);
            Map.ActivateBackwards<T>(activation, x + first, dy + first, dx + first, last - first);
        }
    }
}
