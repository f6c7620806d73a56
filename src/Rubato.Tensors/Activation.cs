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

/// <summary>A function whose derivative layers need.</summary>
internal interface IActivation : IUnary
{
    /// <summary>The derivative.</summary>
    static abstract T Slope<T>(T x)
        where T : struct, ISimd<T>;
}

internal readonly struct Relu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => T.Max(T.Zero, x);   // in this order, x that is not a number stays so

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
        => T.SelectLess(T.Zero, x, T.Create(1), T.Zero);
}

internal readonly struct Silu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Max(T.Create(-88), x);   // below, the result is 0 to 36 digits
        return x / (T.Create(1) + VectorMath.ExpWithin(T.Zero - x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Min(T.Create(88), T.Max(T.Create(-88), x));
        T s = VectorMath.Sigmoid(x, out T rest);
        return T.Fma(x * rest, s, s);
    }
}

internal readonly struct Gelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => T.Create(0.5f) * x * (T.Create(1) + VectorMath.Erf(x * T.Create(0.70710678f)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Min(T.Create(13), T.Max(T.Create(-13), x));   // beyond, 0 and 1 to 36 digits
        T below = T.Fma(T.Create(0.5f), VectorMath.Erf(x * T.Create(0.70710678f)), T.Create(0.5f));
        return T.Fma(x * T.Create(0.39894228f), VectorMath.ExpWithin(x * x * T.Create(-0.5f)), below);
    }
}

internal readonly struct GeluTanh : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        T inner = T.Create(0.79788456f) * T.Fma(T.Create(0.044715f) * x, x * x, x);
        return T.Create(0.5f) * x * (T.Create(1) + VectorMath.Tanh(inner));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Min(T.Create(20), T.Max(T.Create(-20), x));
        T square = x * x, s = VectorMath.Sigmoid(T.Create(1.5957691f) * T.Fma(T.Create(0.044715f) * x, square, x), out T rest);
        T inner = T.Create(1.5957691f) * T.Fma(T.Create(0.134145f), square, T.Create(1));
        return T.Fma(x * inner * rest, s, s);
    }
}

internal readonly struct QuickGelu : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => x * VectorMath.Sigmoid(T.Create(1.702f) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
        => Silu.Slope(T.Create(1.702f) * x);
}

internal readonly struct Mish : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
    {
        // tanh(ln(1 + e)) = (e^2 + 2e) / (e^2 + 2e + 2); e is capped where the quotient is 1 to the last bit.
        T e = VectorMath.ExpWithin(T.Min(T.Create(20), x)), n = T.Fma(e, e, e + e);
        return x * (n / (n + T.Create(2)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
    {
        // With e = e^x: tanh(ln(1 + e)) + 4 x e (1 + e) / (e^2 + 2e + 2)^2.
        x = T.Min(T.Create(20), T.Max(T.Create(-88), x));
        T e = VectorMath.ExpWithin(x), n = T.Fma(e, e, e + e), d = n + T.Create(2);
        return (n + T.Create(4) * x * T.Fma(e, e, e) / d) / d;
    }
}

internal readonly struct SigmoidFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
        => VectorMath.Sigmoid(x, out T rest) * rest;
}

internal readonly struct TanhFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, ISimd<T>
        => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, ISimd<T>
        => T.Create(4) * VectorMath.Sigmoid(x + x, out T rest) * rest;
}
