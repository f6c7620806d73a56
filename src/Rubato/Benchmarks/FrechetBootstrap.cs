using Rubato.Evaluation;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>A Fréchet distance, and what it would be for other draws of the same samples.</summary>
/// <param name="Distance">Of all samples.</param>
/// <param name="Redrawn">Of draws with replacement, the same ones for every set of as many samples.</param>
internal sealed record FrechetEstimate(double Distance, double[] Redrawn)
{
    /// <summary>
    /// The middle 95 % of the redrawn distances, moved so that their mean is the distance: a draw repeats samples, which makes
    /// every distance larger by about as much.
    /// </summary>
    public Interval Interval => Centred(Distance, Redrawn);

    /// <summary>This less another one, draw by draw.</summary>
    public (double Mean, Interval Interval) Minus(FrechetEstimate other)
    {
        double difference = Distance - other.Distance;
        return (difference, Centred(difference, [.. Redrawn.Zip(other.Redrawn, (own, others) => own - others)]));
    }

    private static Interval Centred(double value, double[] redrawn)
    {
        double shift = value - redrawn.Average();
        return new Interval(Statistics.Quantile(redrawn, 0.025) + shift, Statistics.Quantile(redrawn, 0.975) + shift);
    }
}

/// <summary>Fréchet distances to one set of pictures, with their intervals (Efron 1979).</summary>
/// <param name="real">The set.</param>
/// <param name="draws">How often samples are redrawn.</param>
internal sealed class FrechetBootstrap(FeatureStatistics real, int draws)
{
    private readonly double[] _factor = FrechetDistance.FactorOf(real);

    /// <summary>The distance of features.</summary>
    /// <param name="features">Two vectors or more.</param>
    public FrechetEstimate Of(IReadOnlyList<float[]> features) => new(
        DistanceOf(features, [.. Enumerable.Range(0, features.Count)]),
        [.. Statistics.Redrawn(features.Count, draws).Select(places => DistanceOf(features, places))]);

    private double DistanceOf(IReadOnlyList<float[]> features, int[] places)
    {
        using Scope scope = Scope.Begin();
        Tensor rows = Tensor.Empty([places.Length, real.Features]);
        for (int i = 0; i < places.Length; i++) features[places[i]].AsSpan(0, real.Features).CopyTo(rows.Rows(i, 1).AsSpan());
        return FrechetDistance.Between(real, _factor, FeatureStatistics.Of([rows]));
    }
}
