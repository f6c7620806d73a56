using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>Clips every number to [-range, range] (diffusers: clip_sample).</summary>
/// <param name="range">The largest magnitude in the data; above 0.</param>
public sealed class Clipping(double range) : IDataLimit
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Tensor clipped = data.Clone();
        float limit = (float)range;
        foreach (ref float value in clipped.AsSpan()) value = Math.Clamp(value, -limit, limit);
        return clipped;
    }
}

/// <summary>
/// Dynamic thresholding (Saharia et al. 2022, arXiv:2205.11487, section 2.3): a sample whose quantile exceeds 1 is
/// clipped to it and divided by it.
/// </summary>
/// <param name="ratio">The quantile of the magnitudes, 0 to 1; 0.995 in the paper.</param>
/// <param name="largest">The quantile is not taken above this; above 0, and below 1 it takes the quantile's place.</param>
public sealed class DynamicThresholding(double ratio = 0.995, double largest = 1) : IDataLimit
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Tensor limited = data.Clone();
        for (int n = 0; n < data.Shape[0]; n++)
        {
            Span<float> sample = limited.Rows(n, 1).AsSpan();
            float threshold = (float)Math.Min(Math.Max(Quantile(sample), 1), largest);
            foreach (ref float value in sample) value = Math.Clamp(value, -threshold, threshold) / threshold;
        }

        return limited;
    }

    /// <summary>Linear between order statistics, as torch.quantile.</summary>
    private double Quantile(ReadOnlySpan<float> sample)
    {
        float[] magnitudes = new float[sample.Length];
        for (int i = 0; i < magnitudes.Length; i++) magnitudes[i] = Math.Abs(sample[i]);
        Array.Sort(magnitudes);
        double position = ratio * (magnitudes.Length - 1);
        int low = (int)position, high = Math.Min(low + 1, magnitudes.Length - 1);
        return magnitudes[low] + (position - low) * (magnitudes[high] - magnitudes[low]);
    }
}
