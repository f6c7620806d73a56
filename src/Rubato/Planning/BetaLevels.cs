namespace Rubato.Planning;

/// <summary>
/// Stops at quantiles of the Beta(0.6, 0.6) distribution between the ends: dense at both. Lee et al. 2024,
/// arXiv:2407.12173, over kappa as in diffusers (use_beta_sigmas); ComfyUI's "beta" spreads training steps instead.
/// </summary>
public sealed record BetaLevels : KappaLevels
{
    private const double Shape = 0.6;

    // Gamma(0.6)^2 / Gamma(1.2)
    private const double Normaliser = 1.4891922488128171 * 1.4891922488128171 / 0.9181687423997607;

    /// <summary>The number that a Beta(0.6, 0.6) variable stays below with probability <paramref name="p"/>.</summary>
    /// <param name="p">0 to 1.</param>
    public static double Quantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        if (p is 0 or 0.5 or 1) return p;
        double low = 0, high = 1;
        for (double middle = 0.5; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (Probability(middle) < p) low = middle;
            else high = middle;
        }

        return high;
    }

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        return [.. Enumerable.Range(0, count).Select(i
            => min + Quantile(count == 1 ? 1 : 1 - (double)i / (count - 1)) * (max - min))];
    }

    /// <summary>The distribution function: its series in x, on the side where that converges fast.</summary>
    private static double Probability(double x)
    {
        if (x > 0.5) return 1 - Probability(1 - x);
        // x^a / B * sum over n of (1 - b)(2 - b)..(n - b) / (n! (a + n)) x^n
        double sum = 0, term = 1;
        for (int n = 0; term / (Shape + n) > 1e-17; n++)
        {
            sum += term / (Shape + n);
            term *= (n + 1 - Shape) / (n + 1) * x;
        }

        return Math.Pow(x, Shape) / Normaliser * sum;
    }
}
