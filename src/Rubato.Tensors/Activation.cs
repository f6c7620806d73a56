using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>A function of one number that layers apply to their result.</summary>
public enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>x sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>x Phi(x), by the error function.</summary>
    Gelu,

    /// <summary>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): another function than <see cref="Gelu"/>.</summary>
    GeluTanh,

    /// <summary>x sigmoid(1.702 x)</summary>
    QuickGelu,

    /// <summary>x tanh(ln(1 + e^x))</summary>
    Mish,

    /// <summary>1 / (1 + e^-x)</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>A function of one number at every width.</summary>
internal interface IUnary
{
    static abstract T Invoke<T>(T x)
        where T : struct, ISimd<T>;
}

internal readonly struct Relu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => T.Max(T.Zero, x);   // in this order, x that is not a number stays so
}

internal readonly struct Silu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Max(T.Create(-88), x);   // below, the result is 0 to 36 digits
        return x / (T.Create(1) + VectorMath.ExpWithin(T.Zero - x));
    }
}

internal readonly struct Gelu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => T.Create(0.5f) * x * (T.Create(1) + VectorMath.Erf(x * T.Create(0.70710678f)));
}

internal readonly struct GeluTanh : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        T inner = T.Create(0.79788456f) * T.Fma(T.Create(0.044715f) * x, x * x, x);
        return T.Create(0.5f) * x * (T.Create(1) + VectorMath.Tanh(inner));
    }
}

internal readonly struct QuickGelu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => x * VectorMath.Sigmoid(T.Create(1.702f) * x);
}

internal readonly struct Mish : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        // tanh(ln(1 + e)) = (e^2 + 2e) / (e^2 + 2e + 2); e is capped where the quotient is 1 to the last bit.
        T e = VectorMath.ExpWithin(T.Min(T.Create(20), x)), n = T.Fma(e, e, e + e);
        return x * (n / (n + T.Create(2)));
    }
}

internal readonly struct SigmoidFunction : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => VectorMath.Sigmoid(x);
}

internal readonly struct TanhFunction : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => VectorMath.Tanh(x);
}
