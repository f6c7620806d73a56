using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The gradient of a group norm with its activation. With u what the activation is given, n the normalised x and
/// du = dy activation'(u), each picture needs for every channel the sums of du and of du n, and then
/// dx = (g du - mean(g du) - n mean(g du n)) / deviation, where g scales n and the means are those of the group.
/// Chunks of pixels are summed in float32, and the chunks in float64 in their order. A unit is a picture with all its
/// stages, or, where pictures are few, a chunk of one stage.
/// </summary>
internal readonly unsafe struct GroupNormBackward : IKernel
{
    private const int BlockLength = 2048;   // stays in the first cache level from the activation to the sums

    public enum Stage
    {
        /// <summary>All stages of a picture.</summary>
        All,

        /// <summary>Sums of x and its squares.</summary>
        Statistics,

        /// <summary>Sums of du and du n.</summary>
        Sums,

        /// <summary>dx.</summary>
        Result,
    }

    public required Stage Part { get; init; }

    public required float* X { get; init; }

    public required float* Dy { get; init; }

    /// <summary>The result; holds du before.</summary>
    public required float* Dx { get; init; }

    public required int Pixels { get; init; }

    public required int Channels { get; init; }

    public required int Groups { get; init; }

    public required float Eps { get; init; }

    public required Activation Activation { get; init; }

    public required NormRows Rows { get; init; }

    public required GroupStatistics Moments { get; init; }

    /// <summary>[pictures][groups][mean, one over the deviation]</summary>
    public required double* Normals { get; init; }

    /// <summary>Those of <see cref="ChannelAffine"/>: [pictures][3][channels].</summary>
    public required float* Factors { get; init; }

    /// <summary>[pictures][chunks][sums of du, sums of du (x - mean)][channels]</summary>
    public required float* Sums { get; init; }

    /// <summary>[pictures][sums of du, sums of du n][channels]</summary>
    public required float* Totals { get; init; }

    /// <summary>dx = P du + Q (x - mean) + R: [pictures][P, Q, R][channels].</summary>
    public required float* Coefficients { get; init; }

    private int Chunks => GroupStatistics.Chunks(Pixels);

    private int Width => Channels / Groups;

    // Without an activation, du is dy itself.
    private float* Du => Activation == Activation.None ? Dy : Dx;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int chunks = Chunks;
        for (int unit = begin; unit < end; unit++)
        {
            switch (Part)
            {
                case Stage.All:
                    Moments.Run<T>(unit * chunks, (unit + 1) * chunks);
                    Normalise(unit);
                    for (int chunk = 0; chunk < chunks; chunk++) SumChunk<T>(unit, chunk);
                    Combine(unit);
                    for (int chunk = 0; chunk < chunks; chunk++) ResultChunk<T>(unit, chunk);
                    break;
                case Stage.Statistics: Moments.Run<T>(unit, unit + 1); break;
                case Stage.Sums: SumChunk<T>(unit / chunks, unit % chunks); break;
                default: ResultChunk<T>(unit / chunks, unit % chunks); break;
            }
        }
    }

    /// <summary>Mean and deviation of every group of a picture, once its statistics are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalise(int picture)
    {
        int width = Width;
        NormRows rows = Rows;
        double* normals = Normals + 2L * picture * Groups;
        Moments.Combine(picture, normals, Eps);
        for (int group = 0; group < Groups; group++)
            rows.Factors(picture, group * width, width, normals[2 * group], normals[2 * group + 1], Factors);
    }

    /// <summary>Totals and coefficients of a picture, once the sums of its chunks are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Combine(int picture)
    {
        int chunks = Chunks, channels = Channels, width = Width;
        NormRows rows = Rows;
        double inverse = 1 / ((double)Pixels * width);
        float* means = Factors + (long)picture * 3 * channels, from = Sums + (long)picture * chunks * 2 * channels;
        float* plain = Totals + (long)picture * 2 * channels, normal = plain + channels;
        float* p = Coefficients + (long)picture * 3 * channels, q = p + channels, r = q + channels;
        for (int first = 0; first < channels; first += width)
        {
            double* own = Normals + 2 * ((long)picture * Groups + first / width);
            double mean = 0, product = 0, reciprocal = own[1], missing = own[0] - means[first];   // what the rounded mean lacks
            for (int c = first; c < first + width; c++)
            {
                double sum = 0, moment = 0;
                for (long i = c, chunk = 0; chunk < chunks; chunk++, i += 2 * channels)
                {
                    sum += from[i];
                    moment += from[i + channels];
                }

                moment = (moment - missing * sum) * reciprocal;
                (plain[c], normal[c]) = ((float)sum, (float)moment);
                double gain = rows.Weight(c) * rows.Gain(picture, c);
                p[c] = (float)(gain * reciprocal);
                mean += gain * sum;
                product += gain * moment;
            }

            double slope = product * inverse * reciprocal * reciprocal;
            (float slopes, float starts) = ((float)-slope, (float)(missing * slope - mean * inverse * reciprocal));
            for (int c = first; c < first + width; c++) (q[c], r[c]) = (slopes, starts);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumChunk<T>(int picture, int chunk)
        where T : struct, ISimd<T>
    {
        int first = chunk * GroupStatistics.ChunkOf(Pixels), last = Math.Min(first + GroupStatistics.ChunkOf(Pixels), Pixels);
        int block = Math.Max(1, BlockLength / Channels), whole = Channels / T.Width * T.Width;
        float* sums = Sums + ((long)picture * Chunks + chunk) * 2 * Channels, factors = Factors + (long)picture * 3 * Channels;
        new Span<float>(sums, 2 * Channels).Clear();
        for (int pixel = first; pixel < last; pixel += block)
        {
            long at = ((long)picture * Pixels + pixel) * Channels;
            int count = Math.Min(block, last - pixel);
            if (Activation != Activation.None)
            {
                Affine<T>(at, count, 0, whole, factors);
                Affine<Simd1>(at, count, whole, Channels, factors);
                Map.ActivateBackwards<T>(Activation, Dx + at, Dy + at, Dx + at, count * Channels);
            }

            Accumulate<T>(at, count, 0, whole, factors, sums);
            Accumulate<Simd1>(at, count, whole, Channels, factors, sums);
        }
    }

    /// <summary>u of some pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Affine<T>(long at, int count, int begin, int end, float* factors)
        where T : struct, ISimd<T>
    {
        nint pitch = Channels;
        float* x = X + at, u = Dx + at;
        for (int p = 0; p < count; p++, x += pitch, u += pitch)
        {
            for (nint c = begin; c < end; c += T.Width)
                T.Fma(T.Load(x + c) - T.Load(factors + c), T.Load(factors + pitch + c), T.Load(factors + 2 * pitch + c)).Store(u + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accumulate<T>(long at, int count, int begin, int end, float* means, float* sums)
        where T : struct, ISimd<T>
    {
        nint pitch = Channels;
        for (nint c = begin; c < end; c += T.Width)
        {
            T sum = T.Load(sums + c), moment = T.Load(sums + pitch + c), mean = T.Load(means + c);
            float* x = X + at + c, du = Du + at + c;
            for (int p = 0; p < count; p++, x += pitch, du += pitch)
            {
                T d = T.Load(du);
                sum += d;
                moment = T.Fma(d, T.Load(x) - mean, moment);
            }

            sum.Store(sums + c);
            moment.Store(sums + pitch + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ResultChunk<T>(int picture, int chunk)
        where T : struct, ISimd<T>
    {
        int first = chunk * GroupStatistics.ChunkOf(Pixels), count = Math.Min(GroupStatistics.ChunkOf(Pixels), Pixels - first);
        int whole = Channels / T.Width * T.Width;
        Result<T>(picture, first, count, 0, whole);
        Result<Simd1>(picture, first, count, whole, Channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Result<T>(int picture, int first, int count, int begin, int end)
        where T : struct, ISimd<T>
    {
        nint pitch = Channels;
        long at = ((long)picture * Pixels + first) * Channels;
        float* x = X + at, du = Du + at, dx = Dx + at;
        float* means = Factors + picture * 3 * pitch, k = Coefficients + picture * 3 * pitch;
        for (int p = 0; p < count; p++, x += pitch, du += pitch, dx += pitch)
        {
            for (nint c = begin; c < end; c += T.Width)
            {
                T fromMean = T.Fma(T.Load(x + c) - T.Load(means + c), T.Load(k + pitch + c), T.Load(k + 2 * pitch + c));
                T.Fma(T.Load(du + c), T.Load(k + c), fromMean).Store(dx + c);
            }
        }
    }
}
