using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>What is seen in the pictures of a row.</summary>
/// <param name="Frechet">Distance in ResNet-56 features to the training pictures of CIFAR-10.</param>
/// <param name="Accuracy">Share of the pictures whose class ResNet-56 names.</param>
/// <param name="EdgeF1">Between the outlines of a picture and those that were given.</param>
/// <param name="Cosine">Between the features of a picture and those of the picture that its condition was taken from.</param>
internal sealed record PictureFigures(FrechetEstimate Frechet, double? Accuracy, Distribution EdgeF1, Distribution Cosine)
{
    /// <summary>What <see cref="ToNumbers"/> made numbers of.</summary>
    public static PictureFigures Of(ReadOnlySpan<double> numbers) => new(
        new FrechetEstimate(numbers[0], numbers[12..].ToArray()), double.IsNaN(numbers[1]) ? null : numbers[1],
        DistributionOf(numbers[2..7]), DistributionOf(numbers[7..12]));

    /// <summary>All of them, to be kept.</summary>
    public double[] ToNumbers()
        => [Frechet.Distance, Accuracy ?? double.NaN, .. NumbersOf(EdgeF1), .. NumbersOf(Cosine), .. Frechet.Redrawn];

    private static double[] NumbersOf(Distribution of) => [of.Mean, of.Median, of.Fifth, of.MeanInterval.Low, of.MeanInterval.High];

    private static Distribution DistributionOf(ReadOnlySpan<double> numbers)
        => new(numbers[0], numbers[1], numbers[2], new Interval(numbers[3], numbers[4]));
}

/// <summary>Looks at pictures that conditions asked for.</summary>
/// <param name="parts">The model.</param>
/// <param name="jury">Looks at them, and has seen real ones.</param>
/// <param name="draws">How often features are redrawn for an interval.</param>
internal sealed class PictureJudge(Diffuser parts, Jury jury, int draws)
{
    private readonly FrechetBootstrap _frechet = new(jury.Real!.Training, draws);
    private readonly Dictionary<int, float[]> _sources = [];   // features by number of the condition

    /// <summary>The figures of runs, measured as <see cref="JudgedPictures"/> has it.</summary>
    public PictureFigures Of(IReadOnlyList<AcDiffCondition> conditions, SolverRun[] runs)
    {
        Look([.. conditions.Where(condition => !_sources.ContainsKey(condition.Number))]);
        return new PictureFigures(
            _frechet.Of([.. runs.Select(run => run.Values)]),
            PictureFeatures.AccuracyOf(runs, [.. conditions.Select(condition => parts.Classes[condition.Class])]),
            Distribution.Of([.. runs.Select(run => (double)run.Values[^1])]),
            Distribution.Of([.. runs.Zip(conditions, (run, condition) => CosineOf(run.Values, _sources[condition.Number]))]));
    }

    private void Look(AcDiffCondition[] conditions)
    {
        if (conditions is []) return;
        Tensor features = jury.Classifier!.Classify([.. conditions.Select(condition => condition.Source)]).Features;
        for (int i = 0; i < conditions.Length; i++) _sources[conditions[i].Number] = features.Rows(i, 1).ToArray();
    }

    private static double CosineOf(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, squaredA = 0, squaredB = 0;
        for (int i = 0; i < ResNet56.Features; i++)
        {
            dot += (double)a[i] * b[i];
            squaredA += (double)a[i] * a[i];
            squaredB += (double)b[i] * b[i];
        }

        return dot / Math.Sqrt(Math.Max(squaredA * squaredB, double.Epsilon));
    }
}

/// <summary>What ResNet-56 sees in pictures, and whether they have the outlines that they were to have.</summary>
/// <param name="parts">Makes pictures of states.</param>
/// <param name="jury">Looks at them.</param>
/// <param name="conditions">What they were to show.</param>
internal sealed class JudgedPictures(Diffuser parts, Jury jury, IReadOnlyList<AcDiffCondition> conditions) : IStateMeasure
{
    private readonly PictureFeatures _features = new(parts, jury);

    /// <inheritdoc/>
    public string Name => $"{PictureFeatures.Network} and edges by {jury.Digest}";

    /// <inheritdoc/>
    public int Count => _features.Count + 1;

    /// <inheritdoc/>
    public float[][] Of(IReadOnlyList<int> samples, IReadOnlyList<Tensor> states) =>
    [
        .. _features.Of(samples, states).Select((seen, i) => (float[])
            [.. seen, (float)EdgeAgreement.F1(conditions[samples[i]].Sketch, Sketch.OfPhoto(parts.PictureOf(states[i])))]),
    ];
}
