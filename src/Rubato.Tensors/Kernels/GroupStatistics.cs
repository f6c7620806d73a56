using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Mean and sum of squared deviations of every group over a chunk of pixels; a unit is a chunk of a picture.
/// Numbers are taken relative to the group's mean in the first pixel of the chunk. That pixel's own distance from
/// the chunk's mean is part of the variance, so cancellation costs at most as many times the rounding error as
/// the chunk has pixels.
/// </summary>
internal readonly unsafe struct GroupStatistics(float* x, int pixels, int channels, int groups, double* moments) : IKernel
{
    /// <summary>Pixels of a chunk: a function of the picture alone.</summary>
    public static int ChunkOf(int pixels) => Math.Clamp(pixels / 16, 16, 128);

    public static int Chunks(int pixels) => (pixels + ChunkOf(pixels) - 1) / ChunkOf(pixels);

    /// <summary>Mean and variance of the groups of a picture from those of its chunks, in their order; Chan, Golub and LeVeque 1979.</summary>
    /// <param name="picture">Index of the picture.</param>
    /// <param name="normals">Takes the mean of each group and one over its deviation.</param>
    /// <param name="eps">Added to the variance.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Combine(int picture, double* normals, double eps)
    {
        int perChunk = ChunkOf(pixels), chunks = Chunks(pixels), width = channels / groups;
        double* from = moments + 2L * picture * chunks * groups;
        new Span<double>(normals, 2 * groups).Clear();
        double count = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            double added = (double)Math.Min(perChunk, pixels - chunk * perChunk) * width, share = added / (count + added);
            for (int i = 0; i < 2 * groups; i += 2, from += 2)
            {
                double delta = from[0] - normals[i];
                normals[i] += delta * share;
                normals[i + 1] += from[1] + delta * delta * count * share;
            }

            count += added;
        }

        for (int i = 1; i < 2 * groups; i += 2) normals[i] = 1 / Math.Sqrt(normals[i] / count + eps);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        long bytes = 3L * channels * sizeof(float);
        float* pivots = (float*)NativePool.Rent(bytes), sums = pivots + channels, squares = sums + channels;
        int chunks = Chunks(pixels), perChunk = ChunkOf(pixels);
        for (int unit = begin; unit < end; unit++)
        {
            int picture = unit / chunks, first = unit % chunks * perChunk, count = Math.Min(perChunk, pixels - first);
            float* from = x + ((long)picture * pixels + first) * channels;
            Pivots(from, pivots);
            new Span<float>(sums, 2 * channels).Clear();
            int whole = channels / T.Width * T.Width;
            Accumulate<T>(from, count, 0, whole, pivots, sums, squares);
            Accumulate<Simd1>(from, count, whole, channels, pivots, sums, squares);
            Fold(count, pivots, sums, squares, moments + (long)unit * groups * 2);
        }

        NativePool.Return(pivots, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pivots(float* pixel, float* pivots)
    {
        int width = channels / groups;
        float inverse = 1f / width;
        for (int group = 0; group < groups; group++, pixel += width, pivots += width)
        {
            float sum = 0;
            for (int c = 0; c < width; c++) sum += pixel[c];
            for (int c = 0; c < width; c++) pivots[c] = sum * inverse;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accumulate<T>(float* from, int count, int begin, int end, float* pivots, float* sums, float* squares)
        where T : struct, ISimd<T>
    {
        if (begin == end) return;
        int p = 0;
        nint pitch = channels;
        for (; p + 4 <= count; p += 4, from += 4 * pitch)
        {
            for (int c = begin; c < end; c += T.Width)
            {
                T k = T.Load(pivots + c);
                T d0 = T.Load(from + c) - k, d1 = T.Load(from + pitch + c) - k;
                T d2 = T.Load(from + 2 * pitch + c) - k, d3 = T.Load(from + 3 * pitch + c) - k;
                (T.Load(sums + c) + (d0 + d1 + (d2 + d3))).Store(sums + c);
                (T.Load(squares + c) + T.Fma(d3, d3, T.Fma(d2, d2, T.Fma(d1, d1, d0 * d0)))).Store(squares + c);
            }
        }

        for (; p < count; p++, from += pitch)
        {
            for (int c = begin; c < end; c += T.Width)
            {
                T d = T.Load(from + c) - T.Load(pivots + c);
                (T.Load(sums + c) + d).Store(sums + c);
                T.Fma(d, d, T.Load(squares + c)).Store(squares + c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(int count, float* pivots, float* sums, float* squares, double* result)
    {
        int width = channels / groups;
        double inverse = 1 / ((double)count * width);
        for (int group = 0, c = 0; group < groups; group++, result += 2)
        {
            double pivot = pivots[c], sum = 0, square = 0;
            for (int last = c + width; c < last; c++)
            {
                sum += sums[c];
                square += squares[c];
            }

            result[0] = pivot + sum * inverse;
            result[1] = Math.Max(0, square - sum * sum * inverse);
        }
    }
}
