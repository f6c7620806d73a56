using Rubato.Evaluation;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>What is kept of final states.</summary>
internal interface IStateMeasure
{
    /// <summary>A word for it that no other measure has, in the keys of runs.</summary>
    string Name { get; }

    /// <summary>How many numbers it takes of a state.</summary>
    int Count { get; }

    /// <summary>Gets what it measures with; called before the first state, and not where every run is there.</summary>
    Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Measures states that were drawn together.</summary>
    /// <param name="samples">Their places among the seeds.</param>
    /// <param name="states">[1, C, H, W] each.</param>
    float[][] Of(IReadOnlyList<int> samples, IReadOnlyList<Tensor> states);
}

/// <summary>The states themselves.</summary>
internal sealed class WholeState(int elements) : IStateMeasure
{
    /// <inheritdoc/>
    public string Name => "state";

    /// <inheritdoc/>
    public int Count => elements;

    /// <inheritdoc/>
    public float[][] Of(IReadOnlyList<int> samples, IReadOnlyList<Tensor> states) => [.. states.Select(state => state.AsSpan().ToArray())];
}

/// <summary>Root mean square difference from reference states, in a range of -1 to 1.</summary>
/// <param name="reference">Makes the runs of the same seeds, whole.</param>
/// <param name="referenceName">What they are.</param>
/// <param name="range">What black and white are in a state.</param>
internal sealed class ErrorToReference(
    Func<Task<SolverRun[]>> reference, string referenceName, (double Black, double White) range) : IStateMeasure
{
    private const double Width = 2;   // of the range in which errors are told

    private SolverRun[]? _reference;

    /// <inheritdoc/>
    public string Name => $"error to {referenceName}";

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public async Task PrepareAsync() => _reference ??= await reference().ConfigureAwait(false);

    /// <inheritdoc/>
    public float[][] Of(IReadOnlyList<int> samples, IReadOnlyList<Tensor> states)
        => [.. samples.Zip(states, (sample, state) => (float[])[Between(_reference![sample].Values, state.AsSpan(), range)])];

    /// <summary>The difference of two states.</summary>
    public static float Between(ReadOnlySpan<float> want, ReadOnlySpan<float> got, (double Black, double White) range)
    {
        double sum = 0;
        for (int i = 0; i < want.Length; i++)
        {
            double difference = (double)want[i] - got[i];
            sum += difference * difference;
        }

        return (float)(Math.Sqrt(sum / want.Length) * Width / (range.White - range.Black));
    }
}

/// <summary>What ResNet-56 sees in the pictures: its features, then the number of the class that it names.</summary>
/// <param name="parts">Makes pictures of states.</param>
/// <param name="jury">Looks at them.</param>
internal sealed class PictureFeatures(Diffuser parts, Jury jury) : IStateMeasure
{
    /// <summary>What sees them.</summary>
    public const string Network = "resnet56";

    /// <inheritdoc/>
    public string Name => $"{Network} by {jury.Digest}";

    /// <inheritdoc/>
    public int Count => ResNet56.Features + 1;

    /// <inheritdoc/>
    public float[][] Of(IReadOnlyList<int> samples, IReadOnlyList<Tensor> states)
    {
        ClassifierOutput output = jury.Classifier!.Classify([.. states.Select(parts.PictureOf)]);
        int[] named = output.Named;
        return [.. named.Select((name, i) => (float[])[.. output.Features.AsSpan().Slice(i * ResNet56.Features, ResNet56.Features), name])];
    }

    /// <summary>Share of the pictures of runs whose class it names; null where no class is one of its own.</summary>
    /// <param name="runs">What it saw.</param>
    /// <param name="asked">The class that each run was to show; empty where none was.</param>
    public static double? AccuracyOf(IReadOnlyList<SolverRun> runs, IReadOnlyList<string> asked)
    {
        var accuracy = new ClassAccuracy();
        for (int i = 0; i < asked.Count; i++)
            if (ClassAccuracy.ClassOf(asked[i]) is { } known) accuracy.Add(known, (int)runs[i].Values[ResNet56.Features]);
        return accuracy.Share;
    }
}
