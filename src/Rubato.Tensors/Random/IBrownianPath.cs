namespace Rubato.Tensors;

/// <summary>
/// A Brownian motion W over a time of at least 0: increments over times that overlap are correlated as they must be.
/// </summary>
public interface IBrownianPath
{
    /// <summary>Fills <paramref name="destination"/> with (W(to) - W(from)) / sqrt|to - from|, standard normal numbers.</summary>
    /// <param name="destination">Any length, the same in every call.</param>
    /// <param name="from">A time, at least 0.</param>
    /// <param name="to">Another; for the same one the numbers are 0.</param>
    void Increment(Span<float> destination, double from, double to);
}
