using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Sums over contiguous numbers in one order for all widths: sixteen partial sums, element i in partial i mod 16,
/// then halved four times.
/// </summary>
internal static unsafe class Lanes
{
    public const int Count = 16;

    /// <summary>Sum of x[0..count).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum<TSimd>(float* x, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int width = TSimd.Width, i = 0;
        for (; i + Count <= count; i += Count)
        {
            s0 += TSimd.Load(x + i);
            if (TSimd.Width < 16) s1 += TSimd.Load(x + i + width);
            if (TSimd.Width < 8) s2 += TSimd.Load(x + i + 2 * width);
            if (TSimd.Width < 8) s3 += TSimd.Load(x + i + 3 * width);
        }

        float* partial = stackalloc float[Count];
        Spread(partial, s0, s1, s2, s3);
        for (int lane = 0; i < count; i++, lane++) partial[lane] += x[i];
        return Halve(partial);
    }

    /// <summary>Sum of x[i] y[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot<TSimd>(float* x, float* y, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int width = TSimd.Width, i = 0;
        for (; i + Count <= count; i += Count)
        {
            s0 = TSimd.Fma(TSimd.Load(x + i), TSimd.Load(y + i), s0);
            if (TSimd.Width < 16) s1 = TSimd.Fma(TSimd.Load(x + i + width), TSimd.Load(y + i + width), s1);
            if (TSimd.Width < 8) s2 = TSimd.Fma(TSimd.Load(x + i + 2 * width), TSimd.Load(y + i + 2 * width), s2);
            if (TSimd.Width < 8) s3 = TSimd.Fma(TSimd.Load(x + i + 3 * width), TSimd.Load(y + i + 3 * width), s3);
        }

        float* partial = stackalloc float[Count];
        Spread(partial, s0, s1, s2, s3);
        for (int lane = 0; i < count; i++, lane++) partial[lane] = float.MultiplyAddEstimate(x[i], y[i], partial[lane]);
        return Halve(partial);
    }

    /// <summary>Sums of d and of d^2, where d = x[i] - pivot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Sum, float Squares) Moments<TSimd>(float* x, int count, float pivot)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, k = TSimd.Create(pivot), d;
        TSimd q0 = TSimd.Zero, q1 = TSimd.Zero, q2 = TSimd.Zero, q3 = TSimd.Zero;
        int width = TSimd.Width, i = 0;
        for (; i + Count <= count; i += Count)
        {
            d = TSimd.Load(x + i) - k;
            s0 += d;
            q0 = TSimd.Fma(d, d, q0);
            if (TSimd.Width < 16)
            {
                d = TSimd.Load(x + i + width) - k;
                s1 += d;
                q1 = TSimd.Fma(d, d, q1);
            }

            if (TSimd.Width < 8)
            {
                d = TSimd.Load(x + i + 2 * width) - k;
                s2 += d;
                q2 = TSimd.Fma(d, d, q2);
                d = TSimd.Load(x + i + 3 * width) - k;
                s3 += d;
                q3 = TSimd.Fma(d, d, q3);
            }
        }

        float* sums = stackalloc float[2 * Count], squares = sums + Count;
        Spread(sums, s0, s1, s2, s3);
        Spread(squares, q0, q1, q2, q3);
        for (int lane = 0; i < count; i++, lane++)
        {
            float rest = x[i] - pivot;
            sums[lane] += rest;
            squares[lane] = float.MultiplyAddEstimate(rest, rest, squares[lane]);
        }

        return (Halve(sums), Halve(squares));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread<TSimd>(float* partial, TSimd s0, TSimd s1, TSimd s2, TSimd s3)
        where TSimd : struct, ISimd<TSimd>
    {
        s0.Store(partial);
        if (TSimd.Width < 16) s1.Store(partial + TSimd.Width);
        if (TSimd.Width < 8) s2.Store(partial + 2 * TSimd.Width);
        if (TSimd.Width < 8) s3.Store(partial + 3 * TSimd.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Halve(float* partial)
    {
        Vector128<float> four = Vector128.Load(partial) + Vector128.Load(partial + 8)
            + (Vector128.Load(partial + 4) + Vector128.Load(partial + 12));
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
