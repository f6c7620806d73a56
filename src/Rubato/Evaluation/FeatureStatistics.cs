using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Tensors;

namespace Rubato.Evaluation;

/// <summary>Mean and covariance of features over a set of pictures, in float64.</summary>
public sealed class FeatureStatistics
{
    private readonly double[] _mean, _covariance;

    /// <summary>Given statistics.</summary>
    /// <param name="mean">One number a feature.</param>
    /// <param name="covariance">Row by row, symmetric; unbiased, that is divided by one less than the number of pictures.</param>
    /// <exception cref="ArgumentException">The covariance is not as wide and high as the mean is long.</exception>
    public FeatureStatistics(ReadOnlySpan<double> mean, ReadOnlySpan<double> covariance)
    {
        if (covariance.Length != mean.Length * mean.Length)
            throw new ArgumentException($"{mean.Length} features have {mean.Length * mean.Length} covariances, "
                + $"not {covariance.Length}.", nameof(covariance));
        (_mean, _covariance) = (mean.ToArray(), covariance.ToArray());
    }

    /// <summary>Number of features.</summary>
    public int Features => _mean.Length;

    /// <summary>One number a feature.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Row by row, symmetric.</summary>
    public ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>The statistics of feature vectors.</summary>
    /// <param name="batches">[N, features] each, two vectors or more in all.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, or their lengths differ.</exception>
    public static FeatureStatistics Of(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var sums = new FeatureSums();
        foreach (Tensor batch in batches) sums.Add(batch);
        return sums.Statistics();
    }

    /// <summary>Reads a set's statistics from a safetensors file: <c>SET_mean</c> [C] and <c>SET_cov</c> [C, C], float64.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or has no such set.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FeatureStatistics Load(string path, string set)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        StoredTensor mean = checkpoint[$"{set}_mean"], covariance = checkpoint[$"{set}_cov"];
        if (mean.Shape is not [long features] || covariance.Shape is not [long height, long width]
            || height != features || width != features)
            throw CheckpointException.OfTensor(path, covariance.Name, $"has the shape [{string.Join(", ", covariance.Shape)}]",
                $"the mean has [{string.Join(", ", mean.Shape)}]");
        return new FeatureStatistics(Doubles(mean), Doubles(covariance));
    }

    private static double[] Doubles(StoredTensor tensor)
    {
        if (tensor.DType != SafetensorsDType.F64)
            throw CheckpointException.OfTensor(tensor.File, tensor.Name, $"has the dtype {tensor.DType}", "statistics are F64");
        double[] values = new double[tensor.ElementCount];
        tensor.Read(MemoryMarshal.AsBytes(values.AsSpan()));
        return Array.TrueForAll(values, double.IsFinite) ? values
            : throw CheckpointException.OfTensor(tensor.File, tensor.Name, "holds what is no number", "statistics are finite");
    }
}
