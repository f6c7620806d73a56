using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

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
        int chunks = GroupStatistics.Chunks(pixels);
        var moments = (double*)Tensor.Empty([pictures, chunks, _groups, 2], DType.Float64).Bytes;
        float* factors = Tensor.Empty([pictures, 3, Channels]).Floats;
        var kernel = new Kernel(new NormRows(_weight, _bias, scale, shift, Channels), factors, Channels, _groups, _eps)
        {
            Statistics = new GroupStatistics(x.Floats, pixels, Channels, _groups, moments),
            Affine = new ChannelAffine(x.Floats, y.Floats, factors, pixels, Channels, activation),
            Chunks = chunks,
        };
        kernel.Run(pictures, x.Count);
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

    /// <summary>The stages of a norm; a unit is a picture, whose second stage finds it where the first left it.</summary>
    private readonly struct Kernel(NormRows rows, float* factors, int channels, int groups, float eps) : IKernel
    {
        public required GroupStatistics Statistics { get; init; }

        public required ChannelAffine Affine { get; init; }

        /// <summary>Chunks of a picture.</summary>
        public required int Chunks { get; init; }

        /// <summary>Picture by picture, or stage by stage where threads outnumber pictures; the bits are the same.</summary>
        public void Run(int pictures, int count)
        {
            if (pictures >= WorkerTeam.Current.Threads)
            {
                KernelSet.Current.For(this, pictures, count * 16L);
                return;
            }

            KernelSet.Current.For(Statistics, pictures * Chunks, count * 4L);
            for (int n = 0; n < pictures; n++) SetFactors(n);
            KernelSet.Current.For(Affine, pictures * Affine.Blocks, count * 12L);
        }

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int picture = begin; picture < end; picture++)
            {
                Statistics.Run<T>(picture * Chunks, (picture + 1) * Chunks);
                SetFactors(picture);
                Affine.Run<T>(picture * Affine.Blocks, (picture + 1) * Affine.Blocks);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void SetFactors(int picture)
        {
            int width = channels / groups;
            double* normals = stackalloc double[2 * groups];
            Statistics.Combine(picture, normals, eps);
            for (int group = 0; group < groups; group++)
                rows.Factors(picture, group * width, width, normals[2 * group], normals[2 * group + 1], factors);
        }
    }
}
