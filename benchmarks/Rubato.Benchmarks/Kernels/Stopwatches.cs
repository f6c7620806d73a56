using System.Diagnostics;

namespace Rubato.Benchmarks.Kernels;

/// <summary>How long a piece of work takes when nothing disturbs it.</summary>
internal static class Stopwatches
{
    private const double Budget = 0.12;   // seconds a measurement
    private const int Fewest = 5;
    private const int Most = 2000;

    /// <summary>Lower quartile of the times of repetitions; the first, which finds cold caches and sleeping threads, is left out.</summary>
    public static double Seconds(Action work)
    {
        work();
        var times = new List<double>();
        for (double sum = 0; times.Count < Fewest || (sum < Budget && times.Count < Most); sum += times[^1])
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 4];
    }
}
