namespace Rubato.Tensors;

/// <summary>Where standard normal numbers come from: what a solver or a pipeline draws its noise with.</summary>
/// <remarks>
/// A source is a sequence of draws. Each call is one draw of its own, as one <c>randn</c> is in PyTorch, so two calls
/// of n numbers are not one call of 2n. An instance belongs to one trajectory and is not safe for several threads.
/// </remarks>
public interface INoiseSource
{
    /// <summary>Fills <paramref name="destination"/> with independent numbers of mean 0 and variance 1.</summary>
    /// <param name="destination">Any length and any shape, in row-major order.</param>
    void Normal(Span<float> destination);
}
