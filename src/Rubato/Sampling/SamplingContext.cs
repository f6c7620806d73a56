using Rubato.Processes;
using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>What a trajectory has besides its state: its own noise, its record, its end.</summary>
/// <param name="noise">Fresh noise for stochastic steps, the sample's own.</param>
/// <param name="trace">Where decisions are noted.</param>
/// <param name="cancellationToken">Ends the trajectory at its next evaluation.</param>
public sealed class SamplingContext(INoiseSource noise, Trace trace, CancellationToken cancellationToken = default)
{
    private readonly IBrownianPath _path = noise as IBrownianPath ?? new BrownianInterval(noise);

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
        return drawn.To(like.DType);
    }

    /// <summary>
    /// The increment of the trajectory's Brownian path between two levels, over kappa, divided by its standard deviation:
    /// standard normal noise in the shape of a state. Increments over levels that overlap are correlated as they must be.
    /// </summary>
    /// <param name="like">The state.</param>
    /// <param name="from">The noisier level.</param>
    /// <param name="to">The cleaner level.</param>
    public Tensor DrawNoise(Tensor like, Level from, Level to)
    {
        ArgumentNullException.ThrowIfNull(like);
        Tensor drawn = Tensor.Empty(like.Shape);
        _path.Increment(drawn.AsSpan(), from.Kappa, to.Kappa);
        return drawn.To(like.DType);
    }
}
