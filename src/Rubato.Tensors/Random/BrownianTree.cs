namespace Rubato.Tensors;

/// <summary>
/// A Brownian path that is a function of a seed: its value at any time is the same whichever times were asked for before,
/// so a stochastic solver walks the same path whatever its number of steps.
/// </summary>
/// <remarks>
/// Each octave [2^k, 2^(k+1)) is bisected twelve times, every middle drawn from the bridge between its ends by noise that
/// octave and place number; within the last piece the time itself numbers the noise.
/// </remarks>
/// <param name="seed">The sample's seed.</param>
public sealed class BrownianTree(ulong seed) : IBrownianPath
{
    private const int Depth = 12;
    private const int FirstOctave = -60;   // below it nothing moves
    private const ulong NodeBits = (ulong)NoisePurpose.PathNode << 32, PlaceBits = (ulong)NoisePurpose.PathPlace << 32;

    private (double Time, double[] Offset)? _last;   // a trajectory goes on where it stood

    /// <inheritdoc/>
    public void Increment(Span<float> destination, double from, double to)
    {
        if (from == to)
        {
            destination.Clear();
            return;
        }

        float[] noise = new float[destination.Length];
        double[] sum = new double[destination.Length];
        (double low, double high) = (Math.Min(from, to), Math.Max(from, to));
        int first = Octave(low), last = Octave(high);
        Add(Offset(high, noise), 1);
        Add(Offset(low, noise), -1);
        for (int k = first; k < last; k++) Add(Node(k, 0, Math.Pow(2, k), noise), 1);
        double scale = (to > from ? 1 : -1) / Math.Sqrt(high - low);
        for (int i = 0; i < sum.Length; i++) destination[i] = (float)(scale * sum[i]);

        void Add(double[] term, double sign)
        {
            for (int i = 0; i < sum.Length; i++) sum[i] += sign * term[i];
        }
    }

    private static int Octave(double time) => time <= 0 ? FirstOctave : Math.Max(Math.ILogB(time), FirstOctave);

    /// <summary>W(time) less W where its octave begins.</summary>
    private double[] Offset(double time, float[] noise)
    {
        if (_last is { } last && last.Time == time && last.Offset.Length == noise.Length) return last.Offset;
        int octave = Octave(time);
        double begin = Math.Pow(2, octave), end = 2 * begin;
        double[] atBegin = new double[noise.Length], atEnd = Node(octave, 0, begin, noise);
        ulong node = 1;
        for (int level = 0; level < Depth && begin < time; level++)
        {
            double middle = (begin + end) / 2;
            double[] atMiddle = Node(octave, node, (end - begin) / 4, noise);
            for (int i = 0; i < noise.Length; i++) atMiddle[i] += (atBegin[i] + atEnd[i]) / 2;
            bool upper = time >= middle;
            node = 2 * node + (upper ? 1ul : 0);
            if (upper) (begin, atBegin) = (middle, atMiddle);
            else (end, atEnd) = (middle, atMiddle);
        }

        if (time > begin)
        {
            double share = (time - begin) / (end - begin), deviation = Math.Sqrt((1 - share) * (time - begin));
            NoiseStream.Fill(seed, PlaceBits, BitConverter.DoubleToUInt64Bits(time), noise);
            atBegin = [.. atBegin.Select((value, i) => value + share * (atEnd[i] - value) + deviation * noise[i])];
        }

        _last = (time, atBegin);
        return atBegin;
    }

    /// <summary>The noise that a place of an octave numbers, of a variance.</summary>
    private double[] Node(int octave, ulong node, double variance, float[] noise)
    {
        NoiseStream.Fill(seed, NodeBits, (ulong)(octave - FirstOctave) << 32 | node, noise);
        double deviation = Math.Sqrt(variance);
        return Array.ConvertAll(noise, value => deviation * value);
    }
}
