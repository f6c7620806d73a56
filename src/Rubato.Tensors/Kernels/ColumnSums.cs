using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Sums of the columns of matrices: four rows at a time in float32 within a chunk of rows, chunks in float64. A unit is a
/// chunk.
/// </summary>
internal readonly unsafe struct ColumnSums(float* x, int rows, int columns, float* sums) : IKernel
{
    private const int ChunkRows = 128;

    private int Chunks => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>to[m][column] += sum over rows of x[m][row][column].</summary>
    public static void AddTo(float* x, int matrices, int rows, int columns, float* to)
    {
        using Scope scope = Scope.Begin();
        int chunks = (rows + ChunkRows - 1) / ChunkRows;
        float* sums = Tensor.Empty([matrices * chunks, columns]).Floats;
        KernelSet.Current.For(new ColumnSums(x, rows, columns, sums), matrices * chunks, (long)matrices * rows * columns);
        for (int m = 0; m < matrices; m++)
        {
            for (int column = 0; column < columns; column++)
            {
                double sum = *to;
                for (int chunk = 0; chunk < chunks; chunk++) sum += sums[((long)m * chunks + chunk) * columns + column];
                *to++ = (float)sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int whole = columns / T.Width * T.Width;
        for (int unit = begin; unit < end; unit++)
        {
            (int matrix, int chunk) = Math.DivRem(unit, Chunks);
            float* from = x + ((long)matrix * rows + chunk * ChunkRows) * columns, to = sums + (long)unit * columns;
            int count = Math.Min(ChunkRows, rows - chunk * ChunkRows);
            new Span<float>(to, columns).Clear();
            Chunk<T>(from, count, 0, whole, to);
            Chunk<Simd1>(from, count, whole, columns, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Chunk<T>(float* from, int count, int begin, int end, float* to)
        where T : struct, ISimd<T>
    {
        if (begin == end) return;
        nint pitch = columns;
        int row = 0;
        for (; row + 4 <= count; row += 4, from += 4 * pitch)
        {
            for (nint c = begin; c < end; c += T.Width)
            {
                T sum = T.Load(from + c) + T.Load(from + pitch + c) + (T.Load(from + 2 * pitch + c) + T.Load(from + 3 * pitch + c));
                (T.Load(to + c) + sum).Store(to + c);
            }
        }

        for (; row < count; row++, from += pitch)
            for (nint c = begin; c < end; c += T.Width) (T.Load(to + c) + T.Load(from + c)).Store(to + c);
    }
}
