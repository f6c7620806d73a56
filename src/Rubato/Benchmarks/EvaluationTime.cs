using System.Diagnostics;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>Measures roughly what an evaluation of a network takes here and now.</summary>
internal static class EvaluationTime
{
    private const int Batch = 16, Repetitions = 3;

    /// <summary>Seconds for one sample of a full batch: the least of three, after one that packs the weights.</summary>
    public static double Of(INetwork network, bool hasClass)
    {
        Tensor x = Tensor.Zeros([Batch, .. network.SampleShape]);
        float[] times = new float[Batch];
        Condition?[] conditions = [.. Enumerable.Repeat(hasClass ? new ClassLabel(0) : null, Batch)];
        double least = double.PositiveInfinity;
        for (int i = 0; i <= Repetitions; i++)
        {
            using Scope scope = Scope.Begin();
            long started = Stopwatch.GetTimestamp();
            network.Evaluate(x, times, conditions);
            if (i > 0) least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return least / Batch;
    }
}
