using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>
/// A Brownian path made of any source of noise, in the order in which it is asked: a new place beyond those known is one
/// draw, a place between two known ones is drawn from the bridge between them. For one trajectory, which goes down.
/// </summary>
/// <param name="source">One draw for every new place.</param>
public sealed class BrownianInterval(INoiseSource source) : IBrownianPath
{
    private readonly SortedList<double, double[]> _known = [];   // the path by its time

    /// <inheritdoc/>
    public void Increment(Span<float> destination, double from, double to)
    {
        double[] start = At(from, destination.Length), end = At(to, destination.Length);
        double deviation = Math.Sqrt(Math.Abs(to - from));
        for (int i = 0; i < destination.Length; i++)
            destination[i] = deviation == 0 ? 0 : (float)((end[i] - start[i]) / deviation);
        while (_known.Count > 0 && _known.Keys[^1] > Math.Max(from, to)) _known.RemoveAt(_known.Count - 1);
    }

    private double[] At(double time, int count)
    {
        if (_known.TryGetValue(time, out double[]? found)) return found;
        double[] value = new double[count];
        if (_known.Count > 0)
        {
            int above = _known.Keys.TakeWhile(known => known < time).Count();
            (double low, double high) = (_known.Keys[Math.Max(above - 1, 0)], _known.Keys[Math.Min(above, _known.Count - 1)]);
            (double[] atLow, double[] atHigh) = (_known[low], _known[high]);
            bool between = low < time && time < high;
            // Beyond the ends the nearest known place, and the variance grows with the distance.
            double share = between ? (time - low) / (high - low) : 0;
            double variance = between ? (time - low) * (high - time) / (high - low) : Math.Min(Math.Abs(time - low), Math.Abs(time - high));
            if (!between && time > high) atLow = atHigh;
            float[] noise = new float[count];
            source.Normal(noise);
            for (int i = 0; i < count; i++)
                value[i] = (1 - share) * atLow[i] + share * atHigh[i] + Math.Sqrt(variance) * noise[i];
        }

        _known.Add(time, value);   // the first place asked for is the origin
        return value;
    }
}
