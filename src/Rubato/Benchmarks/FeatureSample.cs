using Rubato.Evaluation;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>What ResNet-56 saw in the pictures of runs; see <see cref="PictureFeatures"/>.</summary>
internal sealed class FeatureSample(IReadOnlyList<SolverRun> runs)
{
    /// <summary>Fréchet distance in its features.</summary>
    public double DistanceTo(FeatureStatistics other)
    {
        var sums = new FeatureSums();
        foreach (SolverRun run in runs) sums.Add(Tensor.From(run.Values.AsSpan(0, ResNet56.Features), [1, ResNet56.Features]));
        return FrechetDistance.Between(sums.Statistics(), other);
    }

    /// <summary>Share of the pictures whose class it names; null where no class is one of its own.</summary>
    /// <param name="asked">The class that each run was to show; empty where none was.</param>
    public double? Accuracy(IReadOnlyList<string> asked)
    {
        var accuracy = new ClassAccuracy();
        for (int i = 0; i < asked.Count; i++)
            if (ClassAccuracy.ClassOf(asked[i]) is { } known) accuracy.Add(known, (int)runs[i].Values[ResNet56.Features]);
        return accuracy.Share;
    }
}
