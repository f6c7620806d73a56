using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// y = (x - mean) / sqrt(variance + eps) * gain + offset over contiguous rows; not centred, the root mean square takes
/// the deviation's place. A unit is a row.
/// </summary>
internal readonly unsafe struct RowNormal(float* x, float* y, int width, float eps, bool centred) : IKernel
{
    // Rows longer than this are summed in pieces, and the pieces in float64.
    private const int PieceLength = 4096;

    /// <summary>One number an element, or null for ones.</summary>
    public float* Gain { get; init; }

    /// <summary>One number an element, or null for zeros.</summary>
    public float* Offset { get; init; }

    /// <summary>Rows that share gain and offset; the next as many take the next row of both.</summary>
    public int RowsTogether { get; init; } = int.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        for (int row = begin; row < end; row++)
        {
            float* from = x + (long)row * width, to = y + (long)row * width;
            long own = (long)(row / RowsTogether) * width;
            float* gain = Gain == null ? null : Gain + own, offset = Offset == null ? null : Offset + own;
            float pivot = centred ? (float)(Sum<T>(from) / width) : 0;
            (double rest, double squares) = Moments<T>(from, pivot);
            // What the mean lost by rounding is small, and known from the deviations' own mean.
            double missing = centred ? rest / width : 0, variance = Math.Max(0, squares / width - missing * missing);
            double reciprocal = 1 / Math.Sqrt(variance + eps);
            int done = Normalise<T>(from, to, 0, pivot, (float)reciprocal, (float)(-missing * reciprocal), gain, offset);
            Normalise<Simd1>(from, to, done, pivot, (float)reciprocal, (float)(-missing * reciprocal), gain, offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Sum<T>(float* row)
        where T : struct, ISimd<T>
    {
        double sum = 0;
        for (int i = 0; i < width; i += PieceLength) sum += Lanes.Sum<T>(row + i, Math.Min(PieceLength, width - i));
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Sum, double Squares) Moments<T>(float* row, float pivot)
        where T : struct, ISimd<T>
    {
        double sum = 0, squares = 0;
        for (int i = 0; i < width; i += PieceLength)
        {
            int count = Math.Min(PieceLength, width - i);
            (float pieceSum, float pieceSquares) = Lanes.Moments<T>(row + i, count, pivot);
            sum += pieceSum;
            squares += pieceSquares;
        }

        return (sum, squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Normalise<T>(float* from, float* to, int i, float pivot, float reciprocal, float start, float* gain, float* offset)
        where T : struct, ISimd<T>
    {
        T k = T.Create(pivot), r = T.Create(reciprocal), s = T.Create(start);
        for (; i + T.Width <= width; i += T.Width)
        {
            T v = T.Fma(T.Load(from + i) - k, r, s);
            T g = gain == null ? T.Create(1) : T.Load(gain + i);
            T.Fma(v, g, offset == null ? T.Zero : T.Load(offset + i)).Store(to + i);
        }

        return i;
    }

    public RowNormal()
        : this(null, null, 0, 0, centred: false)
    {
    }
}
