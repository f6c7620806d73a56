namespace Rubato.Goldens;

/// <summary>A distribution of data whose mean, given the noisy sample, is known.</summary>
internal interface IPosterior
{
    /// <summary>The mean of x0 given z = alpha x0 + sigma e, for one sample.</summary>
    void Mean(ReadOnlySpan<double> z, double alpha, double sigma, Span<double> mean);
}

/// <summary>x0 ~ N(mu, s^2 I).</summary>
internal sealed class GaussianPosterior(double[] mu, double s) : IPosterior
{
    public void Mean(ReadOnlySpan<double> z, double alpha, double sigma, Span<double> mean)
    {
        double gain = alpha * s * s / (alpha * alpha * s * s + sigma * sigma);
        for (int i = 0; i < z.Length; i++) mean[i] = mu[i] + gain * (z[i] - alpha * mu[i]);
    }
}

/// <summary>x0 ~ sum of w_j N(m_j, s^2 I).</summary>
/// <param name="weights">w_j</param>
/// <param name="means">m_j, one after the other.</param>
/// <param name="s">The deviation that all modes share.</param>
internal sealed class MixturePosterior(double[] weights, double[] means, double s) : IPosterior
{
    public void Mean(ReadOnlySpan<double> z, double alpha, double sigma, Span<double> mean)
    {
        double variance = alpha * alpha * s * s + sigma * sigma, gain = alpha * s * s / variance;
        Span<double> shares = Shares(z, alpha, variance);
        mean.Clear();
        for (int j = 0; j < shares.Length; j++)
        {
            ReadOnlySpan<double> m = means.AsSpan(j * z.Length, z.Length);
            for (int i = 0; i < z.Length; i++) mean[i] += shares[j] * (m[i] + gain * (z[i] - alpha * m[i]));
        }
    }

    /// <summary>The probability that z comes from each mode.</summary>
    private double[] Shares(ReadOnlySpan<double> z, double alpha, double variance)
    {
        var logs = new double[weights.Length];
        for (int j = 0; j < logs.Length; j++)
        {
            double squares = 0;
            for (int i = 0; i < z.Length; i++)
            {
                double distance = z[i] - alpha * means[j * z.Length + i];
                squares += distance * distance;
            }

            logs[j] = Math.Log(weights[j]) - squares / (2 * variance);
        }

        double largest = logs.Max();   // taken out, so that the largest share cannot underflow
        double[] shares = Array.ConvertAll(logs, log => Math.Exp(log - largest));
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }
}
