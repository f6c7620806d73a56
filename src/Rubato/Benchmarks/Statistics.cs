namespace Rubato.Benchmarks;

/// <summary>From where to where a number is likely to lie.</summary>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether zero lies outside: the sign is certain at the interval's level.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}

/// <summary>How a number is distributed over samples.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Median">The median.</param>
/// <param name="Fifth">The 5th percentile.</param>
/// <param name="MeanInterval">The 95 % bootstrap interval of the mean.</param>
internal sealed record Distribution(double Mean, double Median, double Fifth, Interval MeanInterval)
{
    public static Distribution Of(IReadOnlyList<double> values) => new(
        values.Average(), Statistics.Quantile(values, 0.5), Statistics.Quantile(values, 0.05), Statistics.BootstrapMean(values));
}

/// <summary>The few statistics of the benchmark.</summary>
internal static class Statistics
{
    private const int Resamples = 2000;
    private const ulong Seed = 20241009;   // any, but always the same: a page drawn twice is the same page

    /// <summary>A quantile by linear interpolation between the order statistics (type 7 of Hyndman and Fan 1996).</summary>
    /// <param name="values">One or more, in any order.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double position = share * (sorted.Length - 1);
        int low = (int)position;
        return sorted[low] + (position - low) * (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
    }

    /// <summary>The 95 % percentile interval of the mean over 2000 resamples with replacement (Efron 1979).</summary>
    public static Interval BootstrapMean(IReadOnlyList<double> values)
    {
        double[] means = [.. Redrawn(values.Count, Resamples).Select(draw => draw.Sum(i => values[i]) / values.Count)];
        return new Interval(Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>Places that draws with replacement take: always the same ones, so that two settings are redrawn in pairs.</summary>
    /// <param name="count">Places, and how many each draw takes.</param>
    /// <param name="draws">How many draws.</param>
    public static IEnumerable<int[]> Redrawn(int count, int draws)
    {
        ulong state = Seed;
        for (int k = 0; k < draws; k++)
        {
            int[] places = new int[count];
            for (int i = 0; i < count; i++) places[i] = (int)(Next(ref state) % (ulong)count);
            yield return places;
        }
    }

    /// <summary>A permutation of 0 .. count - 1 that leaves nothing in its place; of one element there is none, and it stays.</summary>
    public static int[] Derangement(int count)
    {
        // A random cycle through all (Sattolo 1986).
        int[] order = [.. Enumerable.Range(0, count)];
        ulong state = Seed;
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)(Next(ref state) % (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
