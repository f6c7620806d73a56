using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>Drivers that apply a function to contiguous numbers; a remainder goes through a padded vector, so an
/// element's bits do not depend on where it stands.</summary>
internal static unsafe class Map
{
    /// <summary>y[i] = f(x[i]); y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TOperation, TSimd>(float* x, float* y, int count)
        where TOperation : struct, IUnary
        where TSimd : struct, ISimd<TSimd>
    {
        int width = TSimd.Width, i = 0;
        for (; i + width <= count; i += width) TOperation.Invoke(TSimd.Load(x + i)).Store(y + i);
        if (i == count) return;
        float* rest = stackalloc float[Lanes.Count];
        for (int lane = 0; lane < width; lane++) rest[lane] = i + lane < count ? x[i + lane] : 0;
        TOperation.Invoke(TSimd.Load(rest)).Store(rest);
        for (int lane = 0; i + lane < count; lane++) y[i + lane] = rest[lane];
    }

    /// <summary>y[i] = activation(y[i]).</summary>
    public static void Activate<TSimd>(Activation activation, float* y, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        if (activation != Activation.None) Activate<TSimd>(activation, y, y, count);
    }

    /// <summary>y[i] = activation(x[i]); y may be x.</summary>
    public static void Activate<TSimd>(Activation activation, float* x, float* y, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        switch (activation)
        {
            case Activation.None: Buffer.MemoryCopy(x, y, (long)count * sizeof(float), (long)count * sizeof(float)); break;
            case Activation.Relu: Apply<Relu, TSimd>(x, y, count); break;
            case Activation.Silu: Apply<Silu, TSimd>(x, y, count); break;
            case Activation.Gelu: Apply<Gelu, TSimd>(x, y, count); break;
            case Activation.GeluTanh: Apply<GeluTanh, TSimd>(x, y, count); break;
            case Activation.QuickGelu: Apply<QuickGelu, TSimd>(x, y, count); break;
            case Activation.Mish: Apply<Mish, TSimd>(x, y, count); break;
            case Activation.Sigmoid: Apply<SigmoidFunction, TSimd>(x, y, count); break;
            case Activation.Tanh: Apply<TanhFunction, TSimd>(x, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "is no activation");
        }
    }

    /// <summary>dx[i] = dy[i] * activation'(x[i]); dx may be x or dy.</summary>
    public static void ActivateBackwards<TSimd>(Activation activation, float* x, float* dy, float* dx, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        switch (activation)
        {
            case Activation.None: Buffer.MemoryCopy(dy, dx, (long)count * sizeof(float), (long)count * sizeof(float)); break;
            case Activation.Relu: Slope<Relu, TSimd>(x, dy, dx, count); break;
            case Activation.Silu: Slope<Silu, TSimd>(x, dy, dx, count); break;
            case Activation.Gelu: Slope<Gelu, TSimd>(x, dy, dx, count); break;
            case Activation.GeluTanh: Slope<GeluTanh, TSimd>(x, dy, dx, count); break;
            case Activation.QuickGelu: Slope<QuickGelu, TSimd>(x, dy, dx, count); break;
            case Activation.Mish: Slope<Mish, TSimd>(x, dy, dx, count); break;
            case Activation.Sigmoid: Slope<SigmoidFunction, TSimd>(x, dy, dx, count); break;
            case Activation.Tanh: Slope<TanhFunction, TSimd>(x, dy, dx, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "is no activation");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slope<TActivation, TSimd>(float* x, float* dy, float* dx, int count)
        where TActivation : struct, IActivation
        where TSimd : struct, ISimd<TSimd>
    {
        int width = TSimd.Width, i = 0;
        for (; i + width <= count; i += width) (TSimd.Load(dy + i) * TActivation.Slope(TSimd.Load(x + i))).Store(dx + i);
        if (i == count) return;
        float* rest = stackalloc float[Lanes.Count];
        for (int lane = 0; lane < width; lane++) rest[lane] = i + lane < count ? x[i + lane] : 0;
        TActivation.Slope(TSimd.Load(rest)).Store(rest);
        for (int lane = 0; i + lane < count; lane++) dx[i + lane] = dy[i + lane] * rest[lane];
    }

    /// <summary>y[i] += x[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate<TSimd>(float* x, float* y, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        int width = TSimd.Width, i = 0;
        for (; i + width <= count; i += width) (TSimd.Load(y + i) + TSimd.Load(x + i)).Store(y + i);
        for (; i < count; i++) y[i] += x[i];
    }
}
