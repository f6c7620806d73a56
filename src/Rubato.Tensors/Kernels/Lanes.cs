using System.Runtime.CompilerServices;

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

    /// <summary>Sum of x[i] - mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Deviations<TSimd>(float* x, int count, float mean)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, m = TSimd.Create(mean);
        int width = TSimd.Width, i = 0;
        for (; i + Count <= count; i += Count)
        {
            s0 += TSimd.Load(x + i) - m;
            if (TSimd.Width < 16) s1 += TSimd.Load(x + i + width) - m;
            if (TSimd.Width < 8) s2 += TSimd.Load(x + i + 2 * width) - m;
            if (TSimd.Width < 8) s3 += TSimd.Load(x + i + 3 * width) - m;
        }

        float* partial = stackalloc float[Count];
        Spread(partial, s0, s1, s2, s3);
        for (int lane = 0; i < count; i++, lane++) partial[lane] += x[i] - mean;
        return Halve(partial);
    }

    /// <summary>Sum of (x[i] - mean)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredDeviations<TSimd>(float* x, int count, float mean)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, m = TSimd.Create(mean), d;
        int width = TSimd.Width, i = 0;
        for (; i + Count <= count; i += Count)
        {
            d = TSimd.Load(x + i) - m;
            s0 = TSimd.Fma(d, d, s0);
            if (TSimd.Width < 16)
            {
                d = TSimd.Load(x + i + width) - m;
                s1 = TSimd.Fma(d, d, s1);
            }

            if (TSimd.Width < 8)
            {
                d = TSimd.Load(x + i + 2 * width) - m;
                s2 = TSimd.Fma(d, d, s2);
                d = TSimd.Load(x + i + 3 * width) - m;
                s3 = TSimd.Fma(d, d, s3);
            }
        }

        float* partial = stackalloc float[Count];
        Spread(partial, s0, s1, s2, s3);
        for (int lane = 0; i < count; i++, lane++) partial[lane] = MathF.FusedMultiplyAdd(x[i] - mean, x[i] - mean, partial[lane]);
        return Halve(partial);
    }

    private static void Spread<TSimd>(float* partial, TSimd s0, TSimd s1, TSimd s2, TSimd s3)
        where TSimd : struct, ISimd<TSimd>
    {
        s0.Store(partial);
        if (TSimd.Width < 16) s1.Store(partial + TSimd.Width);
        if (TSimd.Width < 8) s2.Store(partial + 2 * TSimd.Width);
        if (TSimd.Width < 8) s3.Store(partial + 3 * TSimd.Width);
    }

    private static float Halve(float* partial)
    {
        for (int half = Count / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) partial[lane] += partial[lane + half];
        return partial[0];
    }
}
