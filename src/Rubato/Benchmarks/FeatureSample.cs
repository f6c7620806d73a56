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

    /// <summary>Share of the pictures whose class it names; null where no class of the model is one of its own.</summary>
    /// <param name="seeds">Of the runs: a seed decides which class was asked for.</param>
    /// <param name="classes">Names of the model's.</param>
    public double? Accuracy(IReadOnlyList<long> seeds, IReadOnlyList<string> classes)
    {
        var accuracy = new ClassAccuracy();
        for (int i = 0; i < runs.Count && classes.Count > 0; i++)
            if (ClassAccuracy.ClassOf(classes[(int)(seeds[i] % classes.Count)]) is { } asked) accuracy.Add(asked, (int)runs[i].Values[^1]);
        return accuracy.Share;
    }
}
