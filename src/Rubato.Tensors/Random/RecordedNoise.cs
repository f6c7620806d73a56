namespace Rubato.Tensors;

/// <summary>Noise that was drawn before, by whatever program: one tensor for each draw, in order. A path's increments are draws too.</summary>
/// <param name="draws">float32, each as long as its draw.</param>
public sealed class RecordedNoise(IReadOnlyList<Tensor> draws) : INoiseSource, IBrownianPath
{
    private int _next;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There are no more draws, or the next one has another length.</exception>
    public void Normal(Span<float> destination)
    {
        if (_next == draws.Count) throw new InvalidOperationException($"All {draws.Count} recorded draws of noise are used up.");
        Tensor draw = draws[_next++];
        if (draw.Count != destination.Length)
            throw new InvalidOperationException($"Draw {_next} was recorded with {draw.Count} numbers; {destination.Length} are asked for.");
        draw.AsSpan().CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Increment(Span<float> destination, double from, double to) => Normal(destination);
}
