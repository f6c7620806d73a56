using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>What a trajectory has besides its state: its own noise, its record, its end.</summary>
/// <param name="noise">Fresh noise for stochastic steps, the sample's own.</param>
/// <param name="trace">Where decisions are noted.</param>
/// <param name="cancellationToken">Ends the trajectory at its next evaluation.</param>
public sealed class SamplingContext(INoiseSource noise, Trace trace, CancellationToken cancellationToken = default)
{
    /// <summary>The record of the trajectory.</summary>
    public Trace Trace => trace;

    /// <summary>Ends the trajectory at its next evaluation.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Draws standard normal noise in the shape of a state.</summary>
    public Tensor DrawNoise(Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        Tensor drawn = Tensor.Empty(like.Shape);
        noise.Normal(drawn.AsSpan());
        return drawn;
    }
}
