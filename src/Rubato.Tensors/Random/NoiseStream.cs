namespace Rubato.Tensors;

/// <summary>What a <see cref="NoiseStream"/> is for. Streams of different purposes share no numbers.</summary>
public enum NoisePurpose
{
    /// <summary>The noise that a trajectory starts from.</summary>
    Start = 0,

    /// <summary>The noise that a stochastic solver adds in its steps.</summary>
    Step = 1,

    /// <summary>The weights that training begins with.</summary>
    InitialWeights = 2,

    /// <summary>The order in which training sees its pictures.</summary>
    TrainingOrder = 3,

    /// <summary>What training does to a picture: whether it is turned, whether it keeps its condition, its level.</summary>
    TrainingPicture = 4,

    /// <summary>The noise that training adds to a picture.</summary>
    TrainingNoise = 5,

    /// <summary>Where the Brownian path of a stochastic solver stands at the places that divide it.</summary>
    PathNode = 6,

    /// <summary>Where it stands between them.</summary>
    PathPlace = 7,

    /// <summary>The trajectory that the level of a training picture belongs to.</summary>
    TrainingLevel = 8,
}

/// <summary>
/// Rubato's own noise: a stream for each seed and purpose, with a counter in place of a state, so a trajectory's
/// numbers depend on nothing but its seed: not on its batch mates, the threads, or what another purpose has drawn.
/// </summary>
/// <remarks>
/// Element i of draw d is normal number i mod 4 of the Philox4x32-10 block with the seed as its key and the counter
/// (d, i / 4, purpose) in 64, 32 and 32 bits. It does not depend on the length of the draw: a shorter draw is the
/// beginning of a longer one. Each call is a draw of its own, also an empty one. The bits depend on the platform only
/// where its float64 logarithm or sine differ so much that the float32 result rounds differently.
/// </remarks>
/// <param name="seed">The sample's seed, any value.</param>
/// <param name="purpose">What the numbers are for.</param>
public sealed class NoiseStream(ulong seed, NoisePurpose purpose) : INoiseSource, IBrownianPath
{
    private const int BlockLength = 4;
    private readonly ulong _purposeBits = (ulong)purpose << 32;
    private ulong _draw;
    private BrownianTree? _path;   // most streams have no use for one

    /// <inheritdoc/>
    public void Normal(Span<float> destination) => Fill(seed, _purposeBits, _draw++, destination);

    /// <inheritdoc/>
    /// <remarks>The path of the seed, whatever the purpose and the draws.</remarks>
    public void Increment(Span<float> destination, double from, double to)
        => (_path ??= new BrownianTree(seed)).Increment(destination, from, to);

    /// <summary>One draw of a stream.</summary>
    internal static void Fill(ulong seed, ulong purposeBits, ulong draw, Span<float> destination)
    {
        uint block = 0;
        for (; destination.Length >= BlockLength; destination = destination[BlockLength..])
            Philox.Normals(Philox.Block(seed, draw, purposeBits | block++), destination);
        if (destination.IsEmpty)
            return;
        Span<float> last = stackalloc float[BlockLength];
        Philox.Normals(Philox.Block(seed, draw, purposeBits | block), last);
        last[..destination.Length].CopyTo(destination);
    }
}
