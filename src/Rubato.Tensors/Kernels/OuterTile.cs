using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The register tile of a sum of outer products, as weight gradients are: C += sum over k of a[k]^T b[k], where a[k] are R
/// neighbouring numbers of one row and b[k] two vectors of another. One accumulator chain an element, k ascending, from
/// zero. Both rows are read in place, through tables of their starts. Every height is written out because accumulators
/// stay in registers only as plain locals.
/// </summary>
internal static unsafe class OuterTile
{
    /// <summary>C += sum over k of a[k]^T b[k].</summary>
    /// <param name="rows">Number of rows: 1, 2, 3, 4, 6, 8 or 12.</param>
    /// <param name="a">What the starts in <paramref name="from"/> are counted from.</param>
    /// <param name="from">Where each a[k] begins.</param>
    /// <param name="b">What the starts in <paramref name="at"/> are counted from.</param>
    /// <param name="at">Where each b[k] begins.</param>
    /// <param name="count">How many outer products.</param>
    /// <param name="c">Two vectors a row.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TSimd>(int rows, float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        switch (rows)
        {
            case 12: Rows12<TSimd>(a, from, b, at, count, c, stride); break;
            case 8: Rows8<TSimd>(a, from, b, at, count, c, stride); break;
            case 6: Rows6<TSimd>(a, from, b, at, count, c, stride); break;
            case 4: Rows4<TSimd>(a, from, b, at, count, c, stride); break;
            case 3: Rows3<TSimd>(a, from, b, at, count, c, stride); break;
            case 2: Rows2<TSimd>(a, from, b, at, count, c, stride); break;
            case 1: Rows1<TSimd>(a, from, b, at, count, c, stride); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    /// <inheritdoc cref="RegisterTile.Height"/>
    public static int Height(int rows) => RegisterTile.Height(rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01;
        c00 = c01 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11;
        c00 = c01 = c10 = c11 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11, c20, c21;
        c00 = c01 = c10 = c11 = c20 = c21 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
            v = TSimd.Create(ak[2]);
            TSimd.AddProduct(ref c20, v, b0);
            TSimd.AddProduct(ref c21, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c20).Store(c);
        (TSimd.Load(c + width) + c21).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11, c20, c21, c30, c31;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
            v = TSimd.Create(ak[2]);
            TSimd.AddProduct(ref c20, v, b0);
            TSimd.AddProduct(ref c21, v, b1);
            v = TSimd.Create(ak[3]);
            TSimd.AddProduct(ref c30, v, b0);
            TSimd.AddProduct(ref c31, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c20).Store(c);
        (TSimd.Load(c + width) + c21).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c30).Store(c);
        (TSimd.Load(c + width) + c31).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
            v = TSimd.Create(ak[2]);
            TSimd.AddProduct(ref c20, v, b0);
            TSimd.AddProduct(ref c21, v, b1);
            v = TSimd.Create(ak[3]);
            TSimd.AddProduct(ref c30, v, b0);
            TSimd.AddProduct(ref c31, v, b1);
            v = TSimd.Create(ak[4]);
            TSimd.AddProduct(ref c40, v, b0);
            TSimd.AddProduct(ref c41, v, b1);
            v = TSimd.Create(ak[5]);
            TSimd.AddProduct(ref c50, v, b0);
            TSimd.AddProduct(ref c51, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c20).Store(c);
        (TSimd.Load(c + width) + c21).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c30).Store(c);
        (TSimd.Load(c + width) + c31).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c40).Store(c);
        (TSimd.Load(c + width) + c41).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c50).Store(c);
        (TSimd.Load(c + width) + c51).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
            v = TSimd.Create(ak[2]);
            TSimd.AddProduct(ref c20, v, b0);
            TSimd.AddProduct(ref c21, v, b1);
            v = TSimd.Create(ak[3]);
            TSimd.AddProduct(ref c30, v, b0);
            TSimd.AddProduct(ref c31, v, b1);
            v = TSimd.Create(ak[4]);
            TSimd.AddProduct(ref c40, v, b0);
            TSimd.AddProduct(ref c41, v, b1);
            v = TSimd.Create(ak[5]);
            TSimd.AddProduct(ref c50, v, b0);
            TSimd.AddProduct(ref c51, v, b1);
            v = TSimd.Create(ak[6]);
            TSimd.AddProduct(ref c60, v, b0);
            TSimd.AddProduct(ref c61, v, b1);
            v = TSimd.Create(ak[7]);
            TSimd.AddProduct(ref c70, v, b0);
            TSimd.AddProduct(ref c71, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c20).Store(c);
        (TSimd.Load(c + width) + c21).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c30).Store(c);
        (TSimd.Load(c + width) + c31).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c40).Store(c);
        (TSimd.Load(c + width) + c41).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c50).Store(c);
        (TSimd.Load(c + width) + c51).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c60).Store(c);
        (TSimd.Load(c + width) + c61).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c70).Store(c);
        (TSimd.Load(c + width) + c71).Store(c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows12<TSimd>(float* a, int* from, float* b, int* at, int count, float* c, nint stride)
        where TSimd : struct, ISimd<TSimd>
    {
        nint width = TSimd.Width;
        TSimd c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        TSimd c60, c61, c70, c71, c80, c81, c90, c91, c100, c101, c110, c111;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TSimd.Zero;
        c60 = c61 = c70 = c71 = c80 = c81 = c90 = c91 = c100 = c101 = c110 = c111 = TSimd.Zero;
        for (nint k = 0; k < count; k++)
        {
            float* ak = a + from[k], bk = b + at[k];
            TSimd b0 = TSimd.Load(bk), b1 = TSimd.Load(bk + width), v;
            v = TSimd.Create(ak[0]);
            TSimd.AddProduct(ref c00, v, b0);
            TSimd.AddProduct(ref c01, v, b1);
            v = TSimd.Create(ak[1]);
            TSimd.AddProduct(ref c10, v, b0);
            TSimd.AddProduct(ref c11, v, b1);
            v = TSimd.Create(ak[2]);
            TSimd.AddProduct(ref c20, v, b0);
            TSimd.AddProduct(ref c21, v, b1);
            v = TSimd.Create(ak[3]);
            TSimd.AddProduct(ref c30, v, b0);
            TSimd.AddProduct(ref c31, v, b1);
            v = TSimd.Create(ak[4]);
            TSimd.AddProduct(ref c40, v, b0);
            TSimd.AddProduct(ref c41, v, b1);
            v = TSimd.Create(ak[5]);
            TSimd.AddProduct(ref c50, v, b0);
            TSimd.AddProduct(ref c51, v, b1);
            v = TSimd.Create(ak[6]);
            TSimd.AddProduct(ref c60, v, b0);
            TSimd.AddProduct(ref c61, v, b1);
            v = TSimd.Create(ak[7]);
            TSimd.AddProduct(ref c70, v, b0);
            TSimd.AddProduct(ref c71, v, b1);
            v = TSimd.Create(ak[8]);
            TSimd.AddProduct(ref c80, v, b0);
            TSimd.AddProduct(ref c81, v, b1);
            v = TSimd.Create(ak[9]);
            TSimd.AddProduct(ref c90, v, b0);
            TSimd.AddProduct(ref c91, v, b1);
            v = TSimd.Create(ak[10]);
            TSimd.AddProduct(ref c100, v, b0);
            TSimd.AddProduct(ref c101, v, b1);
            v = TSimd.Create(ak[11]);
            TSimd.AddProduct(ref c110, v, b0);
            TSimd.AddProduct(ref c111, v, b1);
        }

        (TSimd.Load(c) + c00).Store(c);
        (TSimd.Load(c + width) + c01).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c10).Store(c);
        (TSimd.Load(c + width) + c11).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c20).Store(c);
        (TSimd.Load(c + width) + c21).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c30).Store(c);
        (TSimd.Load(c + width) + c31).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c40).Store(c);
        (TSimd.Load(c + width) + c41).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c50).Store(c);
        (TSimd.Load(c + width) + c51).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c60).Store(c);
        (TSimd.Load(c + width) + c61).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c70).Store(c);
        (TSimd.Load(c + width) + c71).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c80).Store(c);
        (TSimd.Load(c + width) + c81).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c90).Store(c);
        (TSimd.Load(c + width) + c91).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c100).Store(c);
        (TSimd.Load(c + width) + c101).Store(c + width);
        c += stride;
        (TSimd.Load(c) + c110).Store(c);
        (TSimd.Load(c + width) + c111).Store(c + width);
    }
}
