using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>Elementary functions by own polynomials: the same bits at every width, no library call.</summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;      // 9 bits: n * Ln2High is exact
    private const float Ln2Low = -2.12194440e-4f;
    private const float InversePi = 0.318309886f;
    private const float PiHigh = 3.14159274f;
    private const float PiLow = -8.74227766e-8f;     // what the first loses

    /// <summary>e^x; relative error below 2e-7, infinity above 88.7, 0 below -104.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ISimd<T>
    {
        // The limits stand first: of two operands, one not a number, x86 takes the second.
        x = T.Min(T.Create(89), T.Max(T.Create(-104), x));
        T n = T.Round(x * T.Create(Log2E)), half = T.Round(n * T.Create(0.5f));
        // Two factors: 2^n itself leaves the range of normal numbers before the result does.
        return ExpReduced(x, n) * T.PowerOfTwo(half) * T.PowerOfTwo(n - half);
    }

    /// <summary>e^x for x at most 0, as softmax needs it; 0 below -87.3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpNonPositive<T>(T x)
        where T : struct, ISimd<T>
    {
        T lowest = T.Create(-87.3f), clamped = T.Max(lowest, x), n = T.Round(clamped * T.Create(Log2E));
        return T.SelectLess(x, lowest, T.Zero, ExpReduced(clamped, n) * T.PowerOfTwo(n));
    }

    /// <summary>e^x for x from -87.3 to 88, beyond which it stays as it is there: a third cheaper than <see cref="Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpWithin<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Min(T.Create(88), T.Max(T.Create(-87.3f), x));
        T n = T.Round(x * T.Create(Log2E));
        return ExpReduced(x, n) * T.PowerOfTwo(n);
    }

    /// <summary>2^x for x at most 0, as softmax needs it; relative error below 2e-7, 0 below -126.5, 1 at 0 to the bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2NonPositive<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Max(T.Create(-127), x);   // in this order the x86 instruction hands a NaN on
        T n = T.Round(x), f = x - n;
        // Minimax on [-1/2, 1/2] with p(0) = 1 fixed, by weighted least squares: relative error 9.2e-8.
        T p = T.Create(0.00132646006f);
        p = T.Fma(p, f, T.Create(0.00967151119f));
        p = T.Fma(p, f, T.Create(0.0555073404f));
        p = T.Fma(p, f, T.Create(0.240222421f));
        p = T.Fma(p, f, T.Create(0.693146978f));
        p = T.Fma(p, f, T.Create(1));
        return p * T.PowerOfTwo(n);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ISimd<T>
        => T.Create(1) / (T.Create(1) + ExpWithin(T.Zero - x));

    /// <summary>1 / (1 + e^-x), and what it lacks to one, 1 / (1 + e^x), to all digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x, out T rest)
        where T : struct, ISimd<T>
    {
        T e = ExpWithin(T.Zero - x), s = T.Create(1) / (T.Create(1) + e);
        rest = e * s;
        return s;
    }

    /// <summary>Hyperbolic tangent; absolute error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : struct, ISimd<T>
        => T.Create(1) - T.Create(2) / (ExpWithin(x + x) + T.Create(1));

    /// <summary>Error function: an odd rational of degree 13 over 8 on [-4, 4]; absolute error below 3e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T x)
        where T : struct, ISimd<T>
    {
        x = T.Min(T.Create(4), T.Max(T.Create(-4), x));
        T s = x * x;
        T p = T.Create(-2.72614225801306e-10f);
        p = T.Fma(p, s, T.Create(2.77068142495902e-08f));
        p = T.Fma(p, s, T.Create(-2.10102402082508e-06f));
        p = T.Fma(p, s, T.Create(-5.69250639462346e-05f));
        p = T.Fma(p, s, T.Create(-7.34990630326855e-04f));
        p = T.Fma(p, s, T.Create(-2.95459980854025e-03f));
        p = T.Fma(p, s, T.Create(-1.60960333262415e-02f));
        T q = T.Create(-1.45660718464996e-05f);
        q = T.Fma(q, s, T.Create(-2.13374055278905e-04f));
        q = T.Fma(q, s, T.Create(-1.68282697438203e-03f));
        q = T.Fma(q, s, T.Create(-7.37332916720468e-03f));
        q = T.Fma(q, s, T.Create(-1.42647390514189e-02f));
        return x * p / q;
    }

    /// <summary>ln(1 + u) for u from 0 to 1: the series of 2 artanh(u / (2 + u)); relative error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log1Within<T>(T u)
        where T : struct, ISimd<T>
    {
        T s = u / (u + T.Create(2)), q = s * s;
        T p = T.Create(1 / 15f);
        p = T.Fma(p, q, T.Create(1 / 13f));
        p = T.Fma(p, q, T.Create(1 / 11f));
        p = T.Fma(p, q, T.Create(1 / 9f));
        p = T.Fma(p, q, T.Create(1 / 7f));
        p = T.Fma(p, q, T.Create(1 / 5f));
        p = T.Fma(p, q, T.Create(1 / 3f));
        p = T.Fma(p, q, T.Create(1));
        return (s + s) * p;
    }

    /// <summary>The sine; absolute error below 2e-7 for |x| up to 1000, growing in proportion beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sin<T>(T x)
        where T : struct, ISimd<T>
    {
        T n = T.Round(x * T.Create(InversePi));
        return SinReduced(x, n, n);
    }

    /// <summary>The cosine; absolute error as of the sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Cos<T>(T x)
        where T : struct, ISimd<T>
    {
        T n = T.Round(T.Fma(x, T.Create(InversePi), T.Create(0.5f)));   // cos x = sin(x + pi / 2)
        return SinReduced(x, n - T.Create(0.5f), n);
    }

    /// <summary>(-1)^n sin(x - shift pi), by the Taylor series to degree 13 on [-pi / 2, pi / 2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SinReduced<T>(T x, T shift, T n)
        where T : struct, ISimd<T>
    {
        T r = T.Fma(shift, T.Create(-PiLow), T.Fma(shift, T.Create(-PiHigh), x)), s = r * r;
        T p = T.Create(1.6059044e-10f);
        p = T.Fma(p, s, T.Create(-2.5052108e-8f));
        p = T.Fma(p, s, T.Create(2.7557319e-6f));
        p = T.Fma(p, s, T.Create(-1.9841270e-4f));
        p = T.Fma(p, s, T.Create(8.3333333e-3f));
        p = T.Fma(p, s, T.Create(-0.16666667f));
        T odd = T.Abs(n - T.Create(2) * T.Round(n * T.Create(0.5f)));
        return T.Fma(r * s, p, r) * (T.Create(1) - (odd + odd));
    }

    /// <summary>e^(x - n ln 2), by the degree-6 polynomial of Cephes' expf on [-ln 2 / 2, ln 2 / 2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpReduced<T>(T x, T n)
        where T : struct, ISimd<T>
    {
        T r = T.Fma(n, T.Create(-Ln2Low), T.Fma(n, T.Create(-Ln2High), x));
        T p = T.Create(1.9875691500e-4f);
        p = T.Fma(p, r, T.Create(1.3981999507e-3f));
        p = T.Fma(p, r, T.Create(8.3334519073e-3f));
        p = T.Fma(p, r, T.Create(4.1665795894e-2f));
        p = T.Fma(p, r, T.Create(1.6666665459e-1f));
        p = T.Fma(p, r, T.Create(5.0000001201e-1f));
        return T.Fma(p * r, r, r + T.Create(1));
    }
}
