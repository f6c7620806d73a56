namespace Rubato.Tensors;

/// <summary>
/// Random numbers by their place: a pure function of a seed, a purpose and two numbers, without a state to save. It has
/// the numbers of <see cref="NoiseStream"/> of the same seed and purpose, in any order.
/// </summary>
/// <param name="seed">Any value.</param>
/// <param name="purpose">What the numbers are for.</param>
public readonly struct NumberedRandom(ulong seed, NoisePurpose purpose)
{
    private readonly ulong _purposeBits = (ulong)purpose << 32;

    /// <summary>Independent normal numbers: those of draw <paramref name="draw"/> of the stream.</summary>
    /// <param name="draw">Which draw, from 0.</param>
    /// <param name="destination">The draw; a shorter one is the beginning of a longer one.</param>
    public void Normal(ulong draw, Span<float> destination) => NoiseStream.Fill(seed, _purposeBits, draw, destination);

    /// <summary>A number evenly spread over the middles of 2^32 intervals of (0, 1).</summary>
    /// <param name="draw">Which draw, from 0.</param>
    /// <param name="index">Which number of the draw, from 0.</param>
    public double Uniform(ulong draw, uint index) => Philox.Unit(Word(draw, index));

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1; each as likely as another but for count / 2^32.</summary>
    /// <param name="count">How many numbers there are, from 1.</param>
    /// <param name="draw">Which draw, from 0.</param>
    /// <param name="index">Which number of the draw, from 0.</param>
    public int Below(int count, ulong draw, uint index) => (int)(((ulong)Word(draw, index) * (uint)count) >> 32);

    private uint Word(ulong draw, uint index)
    {
        PhiloxBlock block = Philox.Block(seed, draw, _purposeBits | (index / 4));
        return (index % 4) switch { 0 => block.W0, 1 => block.W1, 2 => block.W2, _ => block.W3 };
    }
}
