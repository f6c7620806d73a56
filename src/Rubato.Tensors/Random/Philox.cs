namespace Rubato.Tensors;

/// <summary>The four 32-bit words of one Philox block.</summary>
internal readonly record struct PhiloxBlock(uint W0, uint W1, uint W2, uint W3);

/// <summary>
/// Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011): a pure function from a key and
/// a counter to 128 random bits, so any number of any stream can be had without drawing those before it.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;

    /// <summary>The block at a counter.</summary>
    /// <param name="key">Key words 0 (low half) and 1 (high half).</param>
    /// <param name="counterLow">Counter words 0 (low half) and 1 (high half).</param>
    /// <param name="counterHigh">Counter words 2 (low half) and 3 (high half).</param>
    public static PhiloxBlock Block(ulong key, ulong counterLow, ulong counterHigh)
    {
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        (uint c0, uint c1) = ((uint)counterLow, (uint)(counterLow >> 32));
        (uint c2, uint c3) = ((uint)counterHigh, (uint)(counterHigh >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = 0xD2511F53ul * c0;
            ulong p1 = 0xCD9E8D57ul * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return new PhiloxBlock(c0, c1, c2, c3);
    }

    /// <summary>The four normals of a block, in the order of the CUDA library: sine and cosine of each pair.</summary>
    /// <param name="block">Words 0 and 1 make the first pair, words 2 and 3 the second.</param>
    /// <param name="destination">The first four elements are written.</param>
    public static void Normals(PhiloxBlock block, Span<float> destination)
    {
        (destination[0], destination[1]) = Pair(block.W0, block.W1);
        (destination[2], destination[3]) = Pair(block.W2, block.W3);
    }

    /// <summary>Two independent normals by the method of Box and Muller (1958).</summary>
    /// <param name="radius">Chooses the distance from the origin; at most sqrt(66 ln 2) = 6.76.</param>
    /// <param name="angle">Chooses the direction.</param>
    public static (float Sine, float Cosine) Pair(uint radius, uint angle)
    {
        // In float64 and rounded once: no vector width or float32 library shows in the bits.
        double r = Math.Sqrt(-2 * Math.Log(Unit(radius)));
        (double sine, double cosine) = Math.SinCos(Math.Tau * Unit(angle));
        return ((float)(r * sine), (float)(r * cosine));
    }

    /// <summary>The middle of a word's interval of length 2^-32: never 0 and never 1.</summary>
    public static double Unit(uint word) => (word + 0.5) * (1.0 / (1ul << 32));
}
