using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>The weighted mean squared error of a batch: sum over pictures of w mean((output - target)^2) / length.</summary>
internal static class WeightedSquaredError
{
    /// <summary>The loss and its gradient with respect to the output.</summary>
    /// <param name="output">[n, C, H, W]</param>
    /// <param name="target">[n, C, H, W]</param>
    /// <param name="weights">[n]</param>
    /// <param name="length">Pictures of the whole step, of which the batch may be a part.</param>
    public static (double Loss, Tensor Gradient) Of(Tensor output, Tensor target, double[] weights, int length)
    {
        Tensor gradient = Tensor.Empty(output.Shape);
        int each = output.Count / weights.Length;
        ReadOnlySpan<float> y = output.AsSpan(), t = target.AsSpan();
        Span<float> g = gradient.AsSpan();
        double loss = 0;
        for (int n = 0, i = 0; n < weights.Length; n++)
        {
            double weight = weights[n] / ((double)each * length), squares = 0;
            float slope = (float)(2 * weight);
            for (int end = i + each; i < end; i++)
            {
                float difference = y[i] - t[i];
                squares += (double)difference * difference;
                g[i] = slope * difference;
            }

            loss += weight * squares;
        }

        return (loss, gradient);
    }
}
