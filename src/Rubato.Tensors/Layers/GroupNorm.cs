using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>
/// Normalises groups of channels over all pixels of a picture, then scales and shifts each channel; Wu and He 2018,
/// arXiv:1803.08494. The activation that follows it in every network is part of the same pass.
/// </summary>
public sealed unsafe class GroupNorm
{
    private readonly Tensor? _weight;
    private readonly Tensor? _bias;
    private readonly int _groups;
    private readonly float _eps;

    /// <summary>A layer of given weights.</summary>
    /// <param name="weight">[channels], or null for ones.</param>
    /// <param name="bias">[channels], or null for zeros.</param>
    /// <param name="channels">Length of the last axis of x.</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(Tensor? weight, Tensor? bias, int channels, int groups, float eps)
    {
        if (groups < 1 || channels % groups != 0)
            throw new ArgumentException($"{channels} channels cannot be split into {groups} groups.", nameof(groups));
        (_weight, _bias, Channels, _groups, _eps) = (weight, bias, channels, groups, eps);
    }

    /// <summary>Length of the last axis of x.</summary>
    public int Channels { get; }

    /// <summary>Reads <c>weight</c> and <c>bias</c>, [channels] each.</summary>
    public static GroupNorm Load(Weights weights, int channels, int groups, float eps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new GroupNorm(weights.Read("weight", [channels]), weights.Read("bias", [channels]), channels, groups, eps);
    }

    /// <summary>y = activation(norm(x) (1 + scale) + shift).</summary>
    /// <param name="x">[N, .., channels]</param>
    /// <param name="activation">Applied last.</param>
    /// <param name="scale">[N, channels], or null for zeros.</param>
    /// <param name="shift">[N, channels], or null for zeros.</param>
    /// <returns>The shape of x.</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor Forward(Tensor x, Activation activation = Activation.None, Tensor? scale = null, Tensor? shift = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank < 2 || x.Shape[-1] != Channels)
            throw new ArgumentException($"A tensor [N, .., {Channels}] was expected, not {x.Shape}.", nameof(x));
        int pictures = x.Shape[0], pixels = x.Shape.Product(1, x.Shape.Rank - 1);
        Modulation.Check(scale, pictures, Channels, nameof(scale));
        Modulation.Check(shift, pictures, Channels, nameof(shift));
        Tensor y = Tensor.Empty(x.Shape);
        if ((Tape.For(x, scale, shift) ?? Tape.For(_weight, _bias)) is { } tape) Record(tape, x, activation, scale, shift, y);
        if (y.Count == 0) return y;

        using Scope scope = Scope.Begin();
        int chunks = Statistics.Chunks(pixels);
        var moments = (double*)Tensor.Empty([pictures, chunks, _groups, 2], DType.Float64).Bytes;
        KernelSet.Current.For(new Statistics(x.Floats, pixels, Channels, _groups, moments), pictures * chunks, x.Count * 4L);

        float* factors = Tensor.Empty([pictures, 3, Channels]).Floats;
        for (int n = 0; n < pictures; n++)
        {
            for (int group = 0; group < _groups; group++)
            {
                (double mean, double variance) = Combine(moments + 2 * ((long)n * chunks * _groups + group), chunks, pixels);
                Factors(factors + (long)n * 3 * Channels, group, mean, 1 / Math.Sqrt(variance + _eps),
                    scale is null ? null : scale.Floats + n * Channels, shift is null ? null : shift.Floats + n * Channels);
            }
        }

        var affine = new ChannelAffine(x.Floats, y.Floats, factors, pixels, Channels, activation);
        KernelSet.Current.For(affine, pictures * affine.Blocks, x.Count * (activation == Activation.None ? 4L : 16L));
        return y;
    }

    private void Record(Tape tape, Tensor x, Activation activation, Tensor? scale, Tensor? shift, Tensor y)
    {
        tape.Save(x);
        tape.Save(scale);
        tape.Save(shift);
        tape.Record(y, dy =>
        {
            Tensor dx = GroupNormGradient.Compute(x, dy, _weight, _bias, _groups, _eps, activation, scale, shift,
                _weight?.Adjoint?.Sum(), _bias?.Adjoint?.Sum(), scale?.Adjoint?.Sum(), shift?.Adjoint?.Sum());
            x.Adjoint?.Add(dx);
        });
    }

    /// <summary>Mean and variance of a group from those of its chunks, in their order; Chan, Golub and LeVeque 1979.</summary>
    private (double Mean, double Variance) Combine(double* moments, int chunks, int pixels)
    {
        int perChunk = Statistics.ChunkOf(pixels), width = Channels / _groups;
        double count = 0, mean = 0, squares = 0;
        for (int chunk = 0; chunk < chunks; chunk++, moments += 2 * _groups)
        {
            double added = (double)Math.Min(perChunk, pixels - chunk * perChunk) * width, total = count + added;
            double delta = moments[0] - mean;
            mean += delta * added / total;
            squares += moments[1] + delta * delta * count * added / total;
            count = total;
        }

        return (mean, squares / count);
    }

    private void Factors(float* factors, int group, double mean, double reciprocal, float* scale, float* shift)
    {
        int width = Channels / _groups;
        float* weight = _weight is null ? null : _weight.Floats, bias = _bias is null ? null : _bias.Floats;
        for (int c = group * width; c < (group + 1) * width; c++)
        {
            double gain = 1 + (scale == null ? 0.0 : scale[c]);
            double slope = (weight == null ? 1.0 : weight[c]) * gain * reciprocal;
            double offset = (bias == null ? 0.0 : bias[c]) * gain + (shift == null ? 0.0 : shift[c]);
            ChannelAffine.Set(factors, Channels, c, mean, slope, offset);
        }
    }

    /// <summary>
    /// Mean and sum of squared deviations of every group over a chunk of pixels; a unit is a chunk of a picture.
    /// Numbers are taken relative to the group's mean in the first pixel of the chunk. That pixel's own distance from
    /// the chunk's mean is part of the variance, so cancellation costs at most as many times the rounding error as
    /// the chunk has pixels.
    /// </summary>
    private readonly struct Statistics(float* x, int pixels, int channels, int groups, double* moments) : IKernel
    {
        /// <summary>Pixels of a chunk: a function of the picture alone.</summary>
        public static int ChunkOf(int pixels) => Math.Clamp(pixels / 16, 16, 128);

        public static int Chunks(int pixels) => (pixels + ChunkOf(pixels) - 1) / ChunkOf(pixels);

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
            for (int group = 0; group < groups; group++, pixel += width, pivots += width)
            {
                float sum = 0;
                for (int c = 0; c < width; c++) sum += pixel[c];
                for (int c = 0; c < width; c++) pivots[c] = sum / width;
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
            for (int group = 0, c = 0; group < groups; group++, result += 2)
            {
                double pivot = pivots[c], sum = 0, square = 0, n = (double)count * width;
                for (int last = c + width; c < last; c++)
                {
                    sum += sums[c];
                    square += squares[c];
                }

                result[0] = pivot + sum / n;
                result[1] = Math.Max(0, square - sum * sum / n);
            }
        }
    }
}
