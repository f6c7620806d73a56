using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>
/// Batch normalisation in inference: each channel by the statistics that training left behind. These and the weights
/// are fixed; gradients pass to the input alone.
/// </summary>
public sealed unsafe class BatchNorm
{
    private readonly Tensor _factors;

    /// <summary>A layer of given statistics and weights, [channels] each.</summary>
    /// <param name="mean">Running mean.</param>
    /// <param name="variance">Running variance.</param>
    /// <param name="weight">Null for ones.</param>
    /// <param name="bias">Null for zeros.</param>
    /// <param name="eps">Added to the variance.</param>
    public BatchNorm(Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, float eps)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(variance);
        Channels = mean.Count;
        _factors = Tensor.Empty([3, Channels]);
        for (int c = 0; c < Channels; c++)
        {
            double slope = (weight?.AsSpan()[c] ?? 1.0) / Math.Sqrt((double)variance.AsSpan()[c] + eps);
            ChannelAffine.Set(_factors.Floats, Channels, c, mean.AsSpan()[c], slope, bias?.AsSpan()[c] ?? 0.0);
        }
    }

    /// <summary>Length of the last axis of x.</summary>
    public int Channels { get; }

    /// <summary>Reads <c>running_mean</c>, <c>running_var</c>, <c>weight</c> and <c>bias</c>, [channels] each.</summary>
    public static BatchNorm Load(Weights weights, int channels, float eps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("num_batches_tracked");
        return new BatchNorm(weights.Read("running_mean", [channels]), weights.Read("running_var", [channels]),
            weights.Read("weight", [channels]), weights.Read("bias", [channels]), eps);
    }

    /// <summary>Applies the layer to the last axis.</summary>
    /// <param name="x">[.., channels]</param>
    /// <param name="activation">Applied last.</param>
    /// <returns>The shape of x.</returns>
    public Tensor Forward(Tensor x, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank < 1 || x.Shape[-1] != Channels)
            throw new ArgumentException($"A tensor [.., {Channels}] was expected, not {x.Shape}.", nameof(x));
        if (Tape.For(x) is { } tape) return Recorded(tape, x).Activate(activation);
        return Apply(x, activation);
    }

    private Tensor Apply(Tensor x, Activation activation)
    {
        Tensor y = Tensor.Empty(x.Shape);
        if (y.Count == 0) return y;
        var affine = new ChannelAffine(x.Floats, y.Floats, _factors.Floats, x.Count / Channels, Channels, activation);
        KernelSet.Current.For(affine, affine.Blocks, x.Count * 4L);
        return y;
    }

    private Tensor Recorded(Tape tape, Tensor x)
    {
        Tensor y = Apply(x, Activation.None);
        tape.Record(y, dy => x.Adjoint!.Add(dy * _factors.Rows(1, 1).Reshape(Channels)));   // the slopes
        return y;
    }
}
