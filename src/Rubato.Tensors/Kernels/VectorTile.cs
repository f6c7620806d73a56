using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The bfloat16 product on vectors of float32. Rounded numbers are kept as float32, so that nothing is unpacked in the
/// loop; of each step of B the even rows come first, and one set of accumulators serves them and then the odd ones.
/// Every height is written out because accumulators stay in registers only as plain locals.
/// </summary>
internal readonly unsafe struct VectorTile<TSimd> : IBFloat16Tile
    where TSimd : struct, ISimd<TSimd>
{
    private const int Step = BFloat16.Step;

    public static int Rows => TSimd.TileRows;

    public static int Columns => 2 * TSimd.Width;

    public static int Size => sizeof(float);

    public static int PartSteps => 32;

    public static void Begin()
    {
    }

    public static void End()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRow(float* from, int count, byte* to, nint pitch)
    {
        for (; count >= Step; count -= Step, from += Step, to += pitch)
        {
            for (int i = 0; i < Step; i += TSimd.Width)
                TSimd.RoundToBFloat16(TSimd.Load(from + i)).Store((float*)to + i);
        }

        if (count == 0) return;
        float* rest = (float*)to;
        for (int i = 0; i < Step; i++) rest[i] = i < count ? from[i] : 0;
        for (int i = 0; i < Step; i += TSimd.Width) TSimd.RoundToBFloat16(TSimd.Load(rest + i)).Store(rest + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanel(float* from, byte* to)
    {
        for (int k = 0; k < Step; k++, from += Columns)
        {
            float* row = (float*)to + (k / 2 + k % 2 * (Step / 2)) * Columns;
            TSimd.RoundToBFloat16(TSimd.Load(from)).Store(row);
            TSimd.RoundToBFloat16(TSimd.Load(from + TSimd.Width)).Store(row + TSimd.Width);
        }
    }

    public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
    {
        if (!adds) new Span<float>(c, rows * Columns).Clear();
        float* from = (float*)a;
        while (rows > 0)
        {
            int height;
            switch (rows)
            {
                case >= 12: Rows12(from, (float*)b, steps, c); height = 12; break;
                case >= 6: Rows6(from, (float*)b, steps, c); height = 6; break;
                case >= 4: Rows4(from, (float*)b, steps, c); height = 4; break;
                case >= 2: Rows2(from, (float*)b, steps, c); height = 2; break;
                default: Rows1(from, (float*)b, steps, c); height = 1; break;
            }

            rows -= height;
            from += height * Step;
            c += height * Columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12(float* a, float* b, int steps, float* c)
    {
        nint width = TSimd.Width;
        float* even = stackalloc float[24 * Lanes.Count + Lanes.Count];
        Align(ref even);
        TSimd c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51,
            c60, c61, c70, c71, c80, c81, c90, c91, ca0, ca1, cb0, cb1;
        for (; steps > 0; steps--, a += Rows * Step)
        {
            for (nint odd = 0; odd < 2; odd++)
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TSimd.Zero;
                c60 = c61 = c70 = c71 = c80 = c81 = c90 = c91 = ca0 = ca1 = cb0 = cb1 = TSimd.Zero;
                for (nint k = odd; k < Step; k += 2, b += 2 * width)
                {
                    TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                    v = TSimd.Create(a[k]);
                    c00 = TSimd.Fma(v, b0, c00);
                    c01 = TSimd.Fma(v, b1, c01);
                    v = TSimd.Create(a[k + 1 * Step]);
                    c10 = TSimd.Fma(v, b0, c10);
                    c11 = TSimd.Fma(v, b1, c11);
                    v = TSimd.Create(a[k + 2 * Step]);
                    c20 = TSimd.Fma(v, b0, c20);
                    c21 = TSimd.Fma(v, b1, c21);
                    v = TSimd.Create(a[k + 3 * Step]);
                    c30 = TSimd.Fma(v, b0, c30);
                    c31 = TSimd.Fma(v, b1, c31);
                    v = TSimd.Create(a[k + 4 * Step]);
                    c40 = TSimd.Fma(v, b0, c40);
                    c41 = TSimd.Fma(v, b1, c41);
                    v = TSimd.Create(a[k + 5 * Step]);
                    c50 = TSimd.Fma(v, b0, c50);
                    c51 = TSimd.Fma(v, b1, c51);
                    v = TSimd.Create(a[k + 6 * Step]);
                    c60 = TSimd.Fma(v, b0, c60);
                    c61 = TSimd.Fma(v, b1, c61);
                    v = TSimd.Create(a[k + 7 * Step]);
                    c70 = TSimd.Fma(v, b0, c70);
                    c71 = TSimd.Fma(v, b1, c71);
                    v = TSimd.Create(a[k + 8 * Step]);
                    c80 = TSimd.Fma(v, b0, c80);
                    c81 = TSimd.Fma(v, b1, c81);
                    v = TSimd.Create(a[k + 9 * Step]);
                    c90 = TSimd.Fma(v, b0, c90);
                    c91 = TSimd.Fma(v, b1, c91);
                    v = TSimd.Create(a[k + 10 * Step]);
                    ca0 = TSimd.Fma(v, b0, ca0);
                    ca1 = TSimd.Fma(v, b1, ca1);
                    v = TSimd.Create(a[k + 11 * Step]);
                    cb0 = TSimd.Fma(v, b0, cb0);
                    cb1 = TSimd.Fma(v, b1, cb1);
                }

                if (odd == 0)
                {
                    c00.Store(even);
                    c01.Store(even + width);
                    c10.Store(even + 2 * width);
                    c11.Store(even + 3 * width);
                    c20.Store(even + 4 * width);
                    c21.Store(even + 5 * width);
                    c30.Store(even + 6 * width);
                    c31.Store(even + 7 * width);
                    c40.Store(even + 8 * width);
                    c41.Store(even + 9 * width);
                    c50.Store(even + 10 * width);
                    c51.Store(even + 11 * width);
                    c60.Store(even + 12 * width);
                    c61.Store(even + 13 * width);
                    c70.Store(even + 14 * width);
                    c71.Store(even + 15 * width);
                    c80.Store(even + 16 * width);
                    c81.Store(even + 17 * width);
                    c90.Store(even + 18 * width);
                    c91.Store(even + 19 * width);
                    ca0.Store(even + 20 * width);
                    ca1.Store(even + 21 * width);
                    cb0.Store(even + 22 * width);
                    cb1.Store(even + 23 * width);
                    continue;
                }

                Add(even, c00, c);
                Add(even + width, c01, c + width);
                Add(even + 2 * width, c10, c + 2 * width);
                Add(even + 3 * width, c11, c + 3 * width);
                Add(even + 4 * width, c20, c + 4 * width);
                Add(even + 5 * width, c21, c + 5 * width);
                Add(even + 6 * width, c30, c + 6 * width);
                Add(even + 7 * width, c31, c + 7 * width);
                Add(even + 8 * width, c40, c + 8 * width);
                Add(even + 9 * width, c41, c + 9 * width);
                Add(even + 10 * width, c50, c + 10 * width);
                Add(even + 11 * width, c51, c + 11 * width);
                Add(even + 12 * width, c60, c + 12 * width);
                Add(even + 13 * width, c61, c + 13 * width);
                Add(even + 14 * width, c70, c + 14 * width);
                Add(even + 15 * width, c71, c + 15 * width);
                Add(even + 16 * width, c80, c + 16 * width);
                Add(even + 17 * width, c81, c + 17 * width);
                Add(even + 18 * width, c90, c + 18 * width);
                Add(even + 19 * width, c91, c + 19 * width);
                Add(even + 20 * width, ca0, c + 20 * width);
                Add(even + 21 * width, ca1, c + 21 * width);
                Add(even + 22 * width, cb0, c + 22 * width);
                Add(even + 23 * width, cb1, c + 23 * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(float* a, float* b, int steps, float* c)
    {
        nint width = TSimd.Width;
        float* even = stackalloc float[12 * Lanes.Count + Lanes.Count];
        Align(ref even);
        TSimd c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        for (; steps > 0; steps--, a += Rows * Step)
        {
            for (nint odd = 0; odd < 2; odd++)
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TSimd.Zero;
                for (nint k = odd; k < Step; k += 2, b += 2 * width)
                {
                    TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                    v = TSimd.Create(a[k]);
                    c00 = TSimd.Fma(v, b0, c00);
                    c01 = TSimd.Fma(v, b1, c01);
                    v = TSimd.Create(a[k + 1 * Step]);
                    c10 = TSimd.Fma(v, b0, c10);
                    c11 = TSimd.Fma(v, b1, c11);
                    v = TSimd.Create(a[k + 2 * Step]);
                    c20 = TSimd.Fma(v, b0, c20);
                    c21 = TSimd.Fma(v, b1, c21);
                    v = TSimd.Create(a[k + 3 * Step]);
                    c30 = TSimd.Fma(v, b0, c30);
                    c31 = TSimd.Fma(v, b1, c31);
                    v = TSimd.Create(a[k + 4 * Step]);
                    c40 = TSimd.Fma(v, b0, c40);
                    c41 = TSimd.Fma(v, b1, c41);
                    v = TSimd.Create(a[k + 5 * Step]);
                    c50 = TSimd.Fma(v, b0, c50);
                    c51 = TSimd.Fma(v, b1, c51);
                }

                if (odd == 0)
                {
                    c00.Store(even);
                    c01.Store(even + width);
                    c10.Store(even + 2 * width);
                    c11.Store(even + 3 * width);
                    c20.Store(even + 4 * width);
                    c21.Store(even + 5 * width);
                    c30.Store(even + 6 * width);
                    c31.Store(even + 7 * width);
                    c40.Store(even + 8 * width);
                    c41.Store(even + 9 * width);
                    c50.Store(even + 10 * width);
                    c51.Store(even + 11 * width);
                    continue;
                }

                Add(even, c00, c);
                Add(even + width, c01, c + width);
                Add(even + 2 * width, c10, c + 2 * width);
                Add(even + 3 * width, c11, c + 3 * width);
                Add(even + 4 * width, c20, c + 4 * width);
                Add(even + 5 * width, c21, c + 5 * width);
                Add(even + 6 * width, c30, c + 6 * width);
                Add(even + 7 * width, c31, c + 7 * width);
                Add(even + 8 * width, c40, c + 8 * width);
                Add(even + 9 * width, c41, c + 9 * width);
                Add(even + 10 * width, c50, c + 10 * width);
                Add(even + 11 * width, c51, c + 11 * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(float* a, float* b, int steps, float* c)
    {
        nint width = TSimd.Width;
        float* even = stackalloc float[8 * Lanes.Count + Lanes.Count];
        Align(ref even);
        TSimd c00, c01, c10, c11, c20, c21, c30, c31;
        for (; steps > 0; steps--, a += Rows * Step)
        {
            for (nint odd = 0; odd < 2; odd++)
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = TSimd.Zero;
                for (nint k = odd; k < Step; k += 2, b += 2 * width)
                {
                    TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                    v = TSimd.Create(a[k]);
                    c00 = TSimd.Fma(v, b0, c00);
                    c01 = TSimd.Fma(v, b1, c01);
                    v = TSimd.Create(a[k + 1 * Step]);
                    c10 = TSimd.Fma(v, b0, c10);
                    c11 = TSimd.Fma(v, b1, c11);
                    v = TSimd.Create(a[k + 2 * Step]);
                    c20 = TSimd.Fma(v, b0, c20);
                    c21 = TSimd.Fma(v, b1, c21);
                    v = TSimd.Create(a[k + 3 * Step]);
                    c30 = TSimd.Fma(v, b0, c30);
                    c31 = TSimd.Fma(v, b1, c31);
                }

                if (odd == 0)
                {
                    c00.Store(even);
                    c01.Store(even + width);
                    c10.Store(even + 2 * width);
                    c11.Store(even + 3 * width);
                    c20.Store(even + 4 * width);
                    c21.Store(even + 5 * width);
                    c30.Store(even + 6 * width);
                    c31.Store(even + 7 * width);
                    continue;
                }

                Add(even, c00, c);
                Add(even + width, c01, c + width);
                Add(even + 2 * width, c10, c + 2 * width);
                Add(even + 3 * width, c11, c + 3 * width);
                Add(even + 4 * width, c20, c + 4 * width);
                Add(even + 5 * width, c21, c + 5 * width);
                Add(even + 6 * width, c30, c + 6 * width);
                Add(even + 7 * width, c31, c + 7 * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(float* a, float* b, int steps, float* c)
    {
        nint width = TSimd.Width;
        float* even = stackalloc float[4 * Lanes.Count + Lanes.Count];
        Align(ref even);
        TSimd c00, c01, c10, c11;
        for (; steps > 0; steps--, a += Rows * Step)
        {
            for (nint odd = 0; odd < 2; odd++)
            {
                c00 = c01 = c10 = c11 = TSimd.Zero;
                for (nint k = odd; k < Step; k += 2, b += 2 * width)
                {
                    TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                    v = TSimd.Create(a[k]);
                    c00 = TSimd.Fma(v, b0, c00);
                    c01 = TSimd.Fma(v, b1, c01);
                    v = TSimd.Create(a[k + 1 * Step]);
                    c10 = TSimd.Fma(v, b0, c10);
                    c11 = TSimd.Fma(v, b1, c11);
                }

                if (odd == 0)
                {
                    c00.Store(even);
                    c01.Store(even + width);
                    c10.Store(even + 2 * width);
                    c11.Store(even + 3 * width);
                    continue;
                }

                Add(even, c00, c);
                Add(even + width, c01, c + width);
                Add(even + 2 * width, c10, c + 2 * width);
                Add(even + 3 * width, c11, c + 3 * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(float* a, float* b, int steps, float* c)
    {
        nint width = TSimd.Width;
        float* even = stackalloc float[2 * Lanes.Count + Lanes.Count];
        Align(ref even);
        TSimd c00, c01;
        for (; steps > 0; steps--, a += Rows * Step)
        {
            for (nint odd = 0; odd < 2; odd++)
            {
                c00 = c01 = TSimd.Zero;
                for (nint k = odd; k < Step; k += 2, b += 2 * width)
                {
                    TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                    v = TSimd.Create(a[k]);
                    c00 = TSimd.Fma(v, b0, c00);
                    c01 = TSimd.Fma(v, b1, c01);
                }

                if (odd == 0)
                {
                    c00.Store(even);
                    c01.Store(even + width);
                    continue;
                }

                Add(even, c00, c);
                Add(even + width, c01, c + width);
            }
        }
    }

    /// <summary>c + (even + odd), in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* even, TSimd odd, float* c) => (TSimd.Load(c) + (TSimd.Load(even) + odd)).Store(c);

    /// <summary>To the first cache line, for which the buffer has room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Align(ref float* buffer)
        => buffer = (float*)(((nint)buffer + Lanes.Count * sizeof(float) - 1) & -(Lanes.Count * sizeof(float)));
}
