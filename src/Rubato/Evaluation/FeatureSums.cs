using Rubato.Tensors;

namespace Rubato.Evaluation;

/// <summary>
/// Statistics of features that come in batches, of which none is kept. Welford 1962, "Note on a method for calculating
/// corrected sums of squares and products": the mean moves with every vector, so nothing large is subtracted at the end.
/// </summary>
public sealed class FeatureSums
{
    private double[] _mean = [], _products = [];

    /// <summary>Feature vectors so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds feature vectors.</summary>
    /// <param name="batch">[N, features]; as many features as before.</param>
    /// <exception cref="ArgumentException">The vectors have another length.</exception>
    public void Add(Tensor batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int features = batch.Shape[-1];
        if (Count == 0) (_mean, _products) = (new double[features], new double[features * features]);
        if (batch.Shape.Rank != 2 || features != _mean.Length)
            throw new ArgumentException($"Features [N, {_mean.Length}] were expected, not {batch.Shape}.", nameof(batch));
        for (int n = 0; n < batch.Shape[0]; n++) Add(batch.AsSpan().Slice(n * features, features));
    }

    /// <summary>The statistics of all vectors so far.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public FeatureStatistics Statistics()
    {
        if (Count < 2) throw new ArgumentException($"A covariance needs two pictures or more; there {(Count == 1 ? "is 1" : "are 0")}.");
        int features = _mean.Length;
        double[] covariance = new double[_products.Length];
        for (int i = 0; i < features; i++)
        {
            for (int j = 0; j <= i; j++)
                covariance[i * features + j] = covariance[j * features + i] = _products[i * features + j] / (Count - 1);
        }

        return new FeatureStatistics(_mean, covariance);
    }

    /// <summary>Adds (v - mean before) (v - mean after)^T; only what lies on and below the diagonal is kept.</summary>
    private void Add(ReadOnlySpan<float> vector)
    {
        Count++;
        Span<double> before = stackalloc double[vector.Length], after = stackalloc double[vector.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            before[i] = vector[i] - _mean[i];
            _mean[i] += before[i] / Count;
            after[i] = vector[i] - _mean[i];
        }

        for (int i = 0; i < vector.Length; i++)
            VectorSums.AddScaled(_products.AsSpan(i * vector.Length, i + 1), before[i], after[..(i + 1)]);
    }
}
