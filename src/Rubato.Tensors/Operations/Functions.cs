using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>A function of one number with its derivative.</summary>
internal interface IDifferentiable : IUnary
{
    /// <summary>The derivative at x, where the function is y.</summary>
    static abstract T Slope<T>(T x, T y)
        where T : struct, ISimd<T>;
}

/// <summary>Functions of every element.</summary>
public static unsafe class Functions
{
    /// <summary>|x|</summary>
    public static Tensor Abs(this Tensor x) => Apply<Absolute>(x);

    /// <summary>The square root; not a number below 0.</summary>
    public static Tensor Sqrt(this Tensor x) => Apply<Root>(x);

    /// <summary>e^x, to a relative error of 2e-7.</summary>
    public static Tensor Exp(this Tensor x) => Apply<Exponential>(x);

    /// <summary>The sine; absolute error below 2e-7 for |x| up to 1000.</summary>
    public static Tensor Sin(this Tensor x) => Apply<Sine>(x);

    /// <summary>The cosine; absolute error below 2e-7 for |x| up to 1000.</summary>
    public static Tensor Cos(this Tensor x) => Apply<Cosine>(x);

    /// <summary>The error function, to an absolute error of 3e-7.</summary>
    public static Tensor Erf(this Tensor x) => Apply<ErrorFunction>(x);

    /// <summary>ln(1 + e^x)</summary>
    public static Tensor Softplus(this Tensor x) => Apply<SoftplusFunction>(x);

    /// <summary>x, or e^x - 1 below 0.</summary>
    public static Tensor Elu(this Tensor x) => Apply<EluFunction>(x);

    /// <summary>x, or x times a slope below 0.</summary>
    public static Tensor LeakyRelu(this Tensor x, double slope)
        => LinearCombination.Of((1 - slope, x.Activate(Activation.Relu)), (slope, x));

    /// <summary>Every element, or the limit that it is beyond.</summary>
    public static Tensor Clamp(this Tensor x, float min, float max)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, max);
        Tensor y = Tensor.Empty(x.Shape);
        var kernel = new ClampKernel(x.Floats, y.Floats, x.Count, min, max);
        KernelSet.Current.For(kernel, kernel.Units, x.Count);
        if (Tape.For(x) is { } tape) RecordClamp(tape, x, min, max, y);
        return y;
    }

    private static void RecordClamp(Tape tape, Tensor x, float min, float max, Tensor y)
    {
        tape.Save(x);
        tape.Record(y, dy =>
        {
            Tensor dx = Tensor.Zeros(x.Shape);
            for (int i = 0; i < dx.Count; i++)
                if (x.Floats[i] >= min && x.Floats[i] <= max) dx.Floats[i] = dy.Floats[i];
            x.Adjoint!.Add(dx);
        });
    }

    private static Tensor Apply<TOperation>(Tensor x)
        where TOperation : struct, IDifferentiable
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = Tensor.Empty(x.Shape);
        var kernel = new Kernel<TOperation>(x.Floats, y.Floats, x.Count);
        KernelSet.Current.For(kernel, kernel.Units, x.Count * 4L);
        if (Tape.For(x) is { } tape) Record<TOperation>(tape, x, y);
        return y;
    }

    private static void Record<TOperation>(Tape tape, Tensor x, Tensor y)
        where TOperation : struct, IDifferentiable
    {
        tape.Save(x);
        tape.Save(y);
        tape.Record(y, dy =>
        {
            Tensor dx = Tensor.Empty(x.Shape);
            var kernel = new SlopeKernel<TOperation>(x.Floats, y.Floats, dy.Floats, dx.Floats, x.Count);
            KernelSet.Current.For(kernel, kernel.Units, x.Count * 8L);
            x.Adjoint!.Add(dx);
        });
    }

    private readonly struct Absolute : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => T.SelectLess(x, T.Zero, T.Create(-1), T.SelectLess(T.Zero, x, T.Create(1), T.Zero));
    }

    private readonly struct Root : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.Sqrt(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => T.Create(0.5f) / y;
    }

    private readonly struct Exponential : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => VectorMath.Exp(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => y;
    }

    private readonly struct Sine : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => VectorMath.Sin(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => VectorMath.Cos(x);
    }

    private readonly struct Cosine : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => VectorMath.Cos(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => T.Zero - VectorMath.Sin(x);
    }

    private readonly struct ErrorFunction : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => VectorMath.Erf(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => T.Create(1.12837917f) * VectorMath.Exp(T.Zero - x * x);
    }

    private readonly struct SoftplusFunction : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.Max(T.Zero, x) + VectorMath.Log1Within(VectorMath.Exp(T.Zero - T.Abs(x)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => VectorMath.Sigmoid(x);
    }

    private readonly struct EluFunction : IDifferentiable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, ISimd<T>
            => T.SelectLess(x, T.Zero, VectorMath.Exp(T.Min(T.Zero, x)) - T.Create(1), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x, T y)
            where T : struct, ISimd<T>
            => T.SelectLess(x, T.Zero, y + T.Create(1), T.Create(1));
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

    /// <summary>dx = dy times the slope; a unit is a piece.</summary>
    private readonly struct SlopeKernel<TOperation>(float* x, float* y, float* dy, float* dx, int count) : IKernel
        where TOperation : struct, IDifferentiable
    {
        private const int PieceLength = 8192;

        public int Units => (int)(((long)count + PieceLength - 1) / PieceLength);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int last = (int)Math.Min((long)end * PieceLength, count);
            Multiply<Simd1>(Multiply<T>(begin * PieceLength, last), last);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Multiply<T>(int i, int last)
            where T : struct, ISimd<T>
        {
            for (; i + T.Width <= last; i += T.Width)
                (T.Load(dy + i) * TOperation.Slope(T.Load(x + i), T.Load(y + i))).Store(dx + i);
            return i;
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
