using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels;

/// <summary>A term of a sum over one or two tensors.</summary>
internal interface ITerm
{
    static abstract Vector256<double> Of(Vector256<double> x, Vector256<double> y);
}

internal readonly struct DifferenceTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x, Vector256<double> y) => x - y;
}

internal readonly struct AbsoluteDifferenceTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x, Vector256<double> y) => Vector256.Abs(x - y);
}

internal readonly struct SquaredDifferenceTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x, Vector256<double> y) => (x - y) * (x - y);
}

internal readonly struct ProductTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x, Vector256<double> y) => x * y;
}

/// <summary>
/// Sums in float64 in one order on every machine: pieces of fixed length, in each eight partial sums, element i in
/// partial i mod 8, then halved three times.
/// </summary>
internal static unsafe class DoubleSum
{
    private const int PieceLength = 16384;

    /// <summary>Sum of the terms over contiguous numbers, on all threads.</summary>
    /// <param name="x">First numbers.</param>
    /// <param name="y">Second numbers; null takes <paramref name="constant"/> for all of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="constant">The second number where <paramref name="y"/> is null.</param>
    public static double Of<TTerm>(float* x, float* y, int count, double constant = 0)
        where TTerm : struct, ITerm
    {
        int pieces = (int)(((long)count + PieceLength - 1) / PieceLength);
        using Scope scope = Scope.Begin();
        var sums = (double*)Tensor.Empty([pieces], DType.Float64).Bytes;
        KernelSet.Current.For(new Kernel<TTerm>(x, y, count, constant, sums), pieces, count * 2L);
        double sum = 0;
        for (int piece = 0; piece < pieces; piece++) sum += sums[piece];
        return sum;
    }

    /// <summary>Sum of the terms over few contiguous numbers, on this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Piece<TTerm>(float* x, float* y, int count, double constant)
        where TTerm : struct, ITerm
    {
        Vector256<double> low = Vector256<double>.Zero, high = low, yLow = Vector256.Create(constant), yHigh = yLow;
        float* padded = stackalloc float[16];
        for (int i = 0; i < count; i += 8)
        {
            float* a = x + i, b = y == null ? null : y + i;
            int rest = count - i;
            if (rest < 8)   // numbers beyond the end are added nowhere: their terms are masked below
            {
                for (int lane = 0; lane < rest; lane++)
                {
                    padded[lane] = a[lane];
                    padded[8 + lane] = b == null ? 0 : b[lane];
                }

                a = padded;
                if (b != null) b = padded + 8;
            }

            (Vector256<double> xLow, Vector256<double> xHigh) = Vector256.Widen(Vector256.Load(a));
            if (b != null) (yLow, yHigh) = Vector256.Widen(Vector256.Load(b));
            Vector256<double> termLow = TTerm.Of(xLow, yLow), termHigh = TTerm.Of(xHigh, yHigh);
            if (rest < 8)
            {
                Vector256<double> lanes = Vector256.Create(0.0, 1, 2, 3), end = Vector256.Create((double)rest);
                termLow = Vector256.ConditionalSelect(Vector256.LessThan(lanes, end), termLow, Vector256<double>.Zero);
                lanes += Vector256.Create(4.0);
                termHigh = Vector256.ConditionalSelect(Vector256.LessThan(lanes, end), termHigh, Vector256<double>.Zero);
            }

            low += termLow;
            high += termHigh;
        }

        Vector256<double> four = low + high;
        return four[0] + four[2] + (four[1] + four[3]);
    }

    /// <summary>A unit is a piece.</summary>
    private readonly struct Kernel<TTerm>(float* x, float* y, int count, double constant, double* sums) : IKernel
        where TTerm : struct, ITerm
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int piece = begin; piece < end; piece++)
            {
                int first = piece * PieceLength;
                sums[piece] = Piece<TTerm>(x + first, y == null ? null : y + first, Math.Min(PieceLength, count - first), constant);
            }
        }
    }
}
