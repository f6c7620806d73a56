using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Functions of every element.</summary>
public static unsafe class Functions
{
    /// <summary>|x|</summary>
    public static Tensor Abs(this Tensor x) => Apply<Absolute>(x);

    /// <summary>The square root; not a number below 0.</summary>
    public static Tensor Sqrt(this Tensor x) => Apply<Root>(x);

    /// <summary>e^x, to a relative error of 2e-7.</summary>
    public static Tensor Exp(this Tensor x) => Apply<Exponential>(x);

    /// <summary>Every element, or the limit that it is beyond.</summary>
    public static Tensor Clamp(this Tensor x, float min, float max)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, max);
        Tensor y = Tensor.Empty(x.Shape);
        var kernel = new ClampKernel(x.Floats, y.Floats, x.Count, min, max);
        KernelSet.Current.For(kernel, kernel.Units, x.Count);
        return y;
    }

    private static Tensor Apply<TOperation>(Tensor x)
        where TOperation : struct, IUnary
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = Tensor.Empty(x.Shape);
        var kernel = new Kernel<TOperation>(x.Floats, y.Floats, x.Count);
        KernelSet.Current.For(kernel, kernel.Units, x.Count * 4L);
        return y;
    }

    private readonly struct Absolute : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.Abs(x);
    }

    private readonly struct Root : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.Sqrt(x);
    }

    private readonly struct Exponential : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => VectorMath.Exp(x);
    }

    /// <summary>A unit is a piece.</summary>
    private readonly struct Kernel<TOperation>(float* x, float* y, int count) : IKernel
        where TOperation : struct, IUnary
    {
        private const int PieceLength = 8192;

        public int Units => (int)(((long)count + PieceLength - 1) / PieceLength);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * PieceLength, last = (int)Math.Min((long)end * PieceLength, count);
            Map.Apply<TOperation, T>(x + first, y + first, last - first);
        }
    }

    /// <summary>A unit is a piece.</summary>
    private readonly struct ClampKernel(float* x, float* y, int count, float min, float max) : IKernel
    {
        private const int PieceLength = 8192;

        public int Units => (int)(((long)count + PieceLength - 1) / PieceLength);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int last = (int)Math.Min((long)end * PieceLength, count);
            Limit<Simd1>(Limit<T>(begin * PieceLength, last), last);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Limit<T>(int i, int last)
            where T : struct, ISimd<T>
        {
            T low = T.Create(min), high = T.Create(max);
            // The limits stand first, so that what is not a number stays so.
            for (; i + T.Width <= last; i += T.Width) T.Min(high, T.Max(low, T.Load(x + i))).Store(y + i);
            return i;
        }
    }
}
