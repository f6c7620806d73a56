using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels;

/// <summary>Exchanges rows and columns, in squares of four.</summary>
internal static unsafe class Turning
{
    /// <summary>to[column * toStride + row] = from[row * fromStride + column].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        if (rows < 4 || columns < 4)
        {
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++) to[column * toStride + row] = from[row * fromStride + column];
            return;
        }

        // The last square of a line or column overlaps the one before it.
        for (int row = 0; ; row = Math.Min(row + 4, rows - 4))
        {
            for (int column = 0; ; column = Math.Min(column + 4, columns - 4))
            {
                Square(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride);
                if (column == columns - 4) break;
            }

            if (row == rows - 4) break;
        }
    }

    /// <summary>A square of four rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + fromStride);
        Vector128<float> r2 = Vector128.Load(from + 2 * fromStride), r3 = Vector128.Load(from + 3 * fromStride);
        Square(ref r0, ref r1, ref r2, ref r3);
        r0.Store(to);
        r1.Store(to + toStride);
        r2.Store(to + 2 * toStride);
        r3.Store(to + 3 * toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(ref Vector128<float> r0, ref Vector128<float> r1, ref Vector128<float> r2, ref Vector128<float> r3)
    {
        Vector128<float> a = Low(r0, r1), b = High(r0, r1), c = Low(r2, r3), d = High(r2, r3);
        r0 = Vector128.Create(a.GetLower(), c.GetLower());
        r1 = Vector128.Create(a.GetUpper(), c.GetUpper());
        r2 = Vector128.Create(b.GetLower(), d.GetLower());
        r3 = Vector128.Create(b.GetUpper(), d.GetUpper());
    }

    /// <summary>x0 y0 x1 y1</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y)
        => System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(x, y)
            : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipLow(x, y)
            : Vector128.Create(x[0], y[0], x[1], y[1]);

    /// <summary>x2 y2 x3 y3</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> x, Vector128<float> y)
        => System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(x, y)
            : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipHigh(x, y)
            : Vector128.Create(x[2], y[2], x[3], y[3]);
}
