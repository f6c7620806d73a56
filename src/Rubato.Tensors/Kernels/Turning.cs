using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

        // The last square of a row or column overlaps the one before it. The longer steps are taken in the outer loop:
        // lines at large powers of two from each other share few places of the first cache level.
        if (toStride > fromStride)
        {
            for (int column = 0; ; column = Math.Min(column + 4, columns - 4))
            {
                for (int row = 0; ; row = Math.Min(row + 4, rows - 4))
                {
                    Square(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride);
                    if (row == rows - 4) break;
                }

                if (column == columns - 4) return;
            }
        }

        for (int row = 0; ; row = Math.Min(row + 4, rows - 4))
        {
            for (int column = 0; ; column = Math.Min(column + 4, columns - 4))
            {
                Square(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride);
                if (column == columns - 4) break;
            }

            if (row == rows - 4) return;
        }
    }

    /// <summary>A square of four rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + fromStride);
        Vector128<float> r2 = Vector128.Load(from + 2 * fromStride), r3 = Vector128.Load(from + 3 * fromStride);
        Vector128<float> a = Low(r0, r1), b = High(r0, r1), c = Low(r2, r3), d = High(r2, r3);
        Lower(a, c).Store(to);
        Upper(a, c).Store(to + toStride);
        Lower(b, d).Store(to + 2 * toStride);
        Upper(b, d).Store(to + 3 * toStride);
    }

    /// <summary>x0 y0 x1 y1</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.UnpackLow(x, y)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
            : Vector128.Create(x[0], y[0], x[1], y[1]);

    /// <summary>x2 y2 x3 y3</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.UnpackHigh(x, y)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
            : Vector128.Create(x[2], y[2], x[3], y[3]);

    /// <summary>x0 x1 y0 y1</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lower(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.MoveLowToHigh(x, y) : Vector128.Create(x.GetLower(), y.GetLower());

    /// <summary>x2 x3 y2 y3</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Upper(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.MoveHighToLow(y, x) : Vector128.Create(x.GetUpper(), y.GetUpper());
}
