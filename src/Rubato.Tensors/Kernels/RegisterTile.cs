using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The register tile of the float32 product: R rows of A against a panel of two vectors of B, one accumulator chain an
/// output, K ascending. Rows of A are read in place through pointers, one for each row and tap, so matrices and
/// convolutions of any stride, padding and dilation are the same kernel. Every height is written out because
/// accumulators stay in registers only as plain locals.
/// </summary>
internal static unsafe class RegisterTile
{
    /// <summary>C = (start or C) + sum over taps and K of A * B.</summary>
    /// <param name="rows">Number of rows: 1, 2, 3, 4, 6, 8 or 12.</param>
    /// <param name="a">Row pointers: [taps][pitch].</param>
    /// <param name="pitch">Pointers from one tap to the next.</param>
    /// <param name="taps">Number of taps.</param>
    /// <param name="offset">First element of each row that is read.</param>
    /// <param name="length">Elements read of each row.</param>
    /// <param name="b">The panel: [taps][length][2 vectors].</param>
    /// <param name="c">Two vectors a row.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    /// <param name="start">Two vectors that the sums of every row start from; null to go on from C.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<TSimd>(
        int rows, float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        switch (rows)
        {
            case 12: Rows12<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 8: Rows8<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 6: Rows6<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 4: Rows4<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 3: Rows3<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 2: Rows2<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            case 1: Rows1<TSimd>(a, pitch, taps, offset, length, b, c, stride, start); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    /// <summary>The greatest height that is at most <paramref name="rows"/>.</summary>
    public static int Height(int rows) => rows switch { >= 12 => 12, >= 8 => 8, >= 6 => 6, >= 4 => 4, _ => rows };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        s += from;
        TSimd c20 = TSimd.Load(s), c21 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset, a2 = a[2] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
                v = TSimd.Create(a2[k]);
                TSimd.AddProduct(ref c20, v, b0);
                TSimd.AddProduct(ref c21, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
        c += stride;
        c20.Store(c);
        c21.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        s += from;
        TSimd c20 = TSimd.Load(s), c21 = TSimd.Load(s + width);
        s += from;
        TSimd c30 = TSimd.Load(s), c31 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset, a2 = a[2] + offset;
            float* a3 = a[3] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
                v = TSimd.Create(a2[k]);
                TSimd.AddProduct(ref c20, v, b0);
                TSimd.AddProduct(ref c21, v, b1);
                v = TSimd.Create(a3[k]);
                TSimd.AddProduct(ref c30, v, b0);
                TSimd.AddProduct(ref c31, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
        c += stride;
        c20.Store(c);
        c21.Store(c + width);
        c += stride;
        c30.Store(c);
        c31.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        s += from;
        TSimd c20 = TSimd.Load(s), c21 = TSimd.Load(s + width);
        s += from;
        TSimd c30 = TSimd.Load(s), c31 = TSimd.Load(s + width);
        s += from;
        TSimd c40 = TSimd.Load(s), c41 = TSimd.Load(s + width);
        s += from;
        TSimd c50 = TSimd.Load(s), c51 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset, a2 = a[2] + offset;
            float* a3 = a[3] + offset, a4 = a[4] + offset, a5 = a[5] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
                v = TSimd.Create(a2[k]);
                TSimd.AddProduct(ref c20, v, b0);
                TSimd.AddProduct(ref c21, v, b1);
                v = TSimd.Create(a3[k]);
                TSimd.AddProduct(ref c30, v, b0);
                TSimd.AddProduct(ref c31, v, b1);
                v = TSimd.Create(a4[k]);
                TSimd.AddProduct(ref c40, v, b0);
                TSimd.AddProduct(ref c41, v, b1);
                v = TSimd.Create(a5[k]);
                TSimd.AddProduct(ref c50, v, b0);
                TSimd.AddProduct(ref c51, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
        c += stride;
        c20.Store(c);
        c21.Store(c + width);
        c += stride;
        c30.Store(c);
        c31.Store(c + width);
        c += stride;
        c40.Store(c);
        c41.Store(c + width);
        c += stride;
        c50.Store(c);
        c51.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        s += from;
        TSimd c20 = TSimd.Load(s), c21 = TSimd.Load(s + width);
        s += from;
        TSimd c30 = TSimd.Load(s), c31 = TSimd.Load(s + width);
        s += from;
        TSimd c40 = TSimd.Load(s), c41 = TSimd.Load(s + width);
        s += from;
        TSimd c50 = TSimd.Load(s), c51 = TSimd.Load(s + width);
        s += from;
        TSimd c60 = TSimd.Load(s), c61 = TSimd.Load(s + width);
        s += from;
        TSimd c70 = TSimd.Load(s), c71 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset, a2 = a[2] + offset;
            float* a3 = a[3] + offset, a4 = a[4] + offset, a5 = a[5] + offset;
            float* a6 = a[6] + offset, a7 = a[7] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
                v = TSimd.Create(a2[k]);
                TSimd.AddProduct(ref c20, v, b0);
                TSimd.AddProduct(ref c21, v, b1);
                v = TSimd.Create(a3[k]);
                TSimd.AddProduct(ref c30, v, b0);
                TSimd.AddProduct(ref c31, v, b1);
                v = TSimd.Create(a4[k]);
                TSimd.AddProduct(ref c40, v, b0);
                TSimd.AddProduct(ref c41, v, b1);
                v = TSimd.Create(a5[k]);
                TSimd.AddProduct(ref c50, v, b0);
                TSimd.AddProduct(ref c51, v, b1);
                v = TSimd.Create(a6[k]);
                TSimd.AddProduct(ref c60, v, b0);
                TSimd.AddProduct(ref c61, v, b1);
                v = TSimd.Create(a7[k]);
                TSimd.AddProduct(ref c70, v, b0);
                TSimd.AddProduct(ref c71, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
        c += stride;
        c20.Store(c);
        c21.Store(c + width);
        c += stride;
        c30.Store(c);
        c31.Store(c + width);
        c += stride;
        c40.Store(c);
        c41.Store(c + width);
        c += stride;
        c50.Store(c);
        c51.Store(c + width);
        c += stride;
        c60.Store(c);
        c61.Store(c + width);
        c += stride;
        c70.Store(c);
        c71.Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12<TSimd>(
        float** a, int pitch, int taps, nint offset, nint length, float* b, float* c, nint stride, float* start)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width, from = start == null ? stride : 0;
        float* s = start == null ? c : start;
        TSimd c00 = TSimd.Load(s), c01 = TSimd.Load(s + width);
        s += from;
        TSimd c10 = TSimd.Load(s), c11 = TSimd.Load(s + width);
        s += from;
        TSimd c20 = TSimd.Load(s), c21 = TSimd.Load(s + width);
        s += from;
        TSimd c30 = TSimd.Load(s), c31 = TSimd.Load(s + width);
        s += from;
        TSimd c40 = TSimd.Load(s), c41 = TSimd.Load(s + width);
        s += from;
        TSimd c50 = TSimd.Load(s), c51 = TSimd.Load(s + width);
        s += from;
        TSimd c60 = TSimd.Load(s), c61 = TSimd.Load(s + width);
        s += from;
        TSimd c70 = TSimd.Load(s), c71 = TSimd.Load(s + width);
        s += from;
        TSimd c80 = TSimd.Load(s), c81 = TSimd.Load(s + width);
        s += from;
        TSimd c90 = TSimd.Load(s), c91 = TSimd.Load(s + width);
        s += from;
        TSimd c100 = TSimd.Load(s), c101 = TSimd.Load(s + width);
        s += from;
        TSimd c110 = TSimd.Load(s), c111 = TSimd.Load(s + width);
        for (; taps > 0; taps--, a += pitch)
        {
            float* a0 = a[0] + offset, a1 = a[1] + offset, a2 = a[2] + offset;
            float* a3 = a[3] + offset, a4 = a[4] + offset, a5 = a[5] + offset;
            float* a6 = a[6] + offset, a7 = a[7] + offset, a8 = a[8] + offset;
            float* a9 = a[9] + offset, a10 = a[10] + offset, a11 = a[11] + offset;
            for (nint k = 0; k < length; k++, b += 2 * width)
            {
                TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + width), v;
                v = TSimd.Create(a0[k]);
                TSimd.AddProduct(ref c00, v, b0);
                TSimd.AddProduct(ref c01, v, b1);
                v = TSimd.Create(a1[k]);
                TSimd.AddProduct(ref c10, v, b0);
                TSimd.AddProduct(ref c11, v, b1);
                v = TSimd.Create(a2[k]);
                TSimd.AddProduct(ref c20, v, b0);
                TSimd.AddProduct(ref c21, v, b1);
                v = TSimd.Create(a3[k]);
                TSimd.AddProduct(ref c30, v, b0);
                TSimd.AddProduct(ref c31, v, b1);
                v = TSimd.Create(a4[k]);
                TSimd.AddProduct(ref c40, v, b0);
                TSimd.AddProduct(ref c41, v, b1);
                v = TSimd.Create(a5[k]);
                TSimd.AddProduct(ref c50, v, b0);
                TSimd.AddProduct(ref c51, v, b1);
                v = TSimd.Create(a6[k]);
                TSimd.AddProduct(ref c60, v, b0);
                TSimd.AddProduct(ref c61, v, b1);
                v = TSimd.Create(a7[k]);
                TSimd.AddProduct(ref c70, v, b0);
                TSimd.AddProduct(ref c71, v, b1);
                v = TSimd.Create(a8[k]);
                TSimd.AddProduct(ref c80, v, b0);
                TSimd.AddProduct(ref c81, v, b1);
                v = TSimd.Create(a9[k]);
                TSimd.AddProduct(ref c90, v, b0);
                TSimd.AddProduct(ref c91, v, b1);
                v = TSimd.Create(a10[k]);
                TSimd.AddProduct(ref c100, v, b0);
                TSimd.AddProduct(ref c101, v, b1);
                v = TSimd.Create(a11[k]);
                TSimd.AddProduct(ref c110, v, b0);
                TSimd.AddProduct(ref c111, v, b1);
            }
        }

        c00.Store(c);
        c01.Store(c + width);
        c += stride;
        c10.Store(c);
        c11.Store(c + width);
        c += stride;
        c20.Store(c);
        c21.Store(c + width);
        c += stride;
        c30.Store(c);
        c31.Store(c + width);
        c += stride;
        c40.Store(c);
        c41.Store(c + width);
        c += stride;
        c50.Store(c);
        c51.Store(c + width);
        c += stride;
        c60.Store(c);
        c61.Store(c + width);
        c += stride;
        c70.Store(c);
        c71.Store(c + width);
        c += stride;
        c80.Store(c);
        c81.Store(c + width);
        c += stride;
        c90.Store(c);
        c91.Store(c + width);
        c += stride;
        c100.Store(c);
        c101.Store(c + width);
        c += stride;
        c110.Store(c);
        c111.Store(c + width);
    }
}
