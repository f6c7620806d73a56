namespace Rubato.Planning;

/// <summary>
/// A noise schedule lambda(u), u = t / T in [0, 1], for any number of steps T: a convex mixture of four bases in u^gamma, all
/// between the same two ends. After the adaptive hybrid noise schedule of AC-Diff (Xing et al. 2024, arXiv:2411.15199), whose
/// hybrid the paper leaves open: bases, mixture and fit are a reconstruction.
/// </summary>
public sealed record HybridSchedule
{
    /// <summary>The least and the greatest gamma: beyond them neighbouring levels of long grids are no longer told apart.</summary>
    internal const double LeastGamma = 0.25, GreatestGamma = 4;

    private const double Rounding = 1e-9;   // of weights that add up to 1 on paper

    /// <summary>A mixture.</summary>
    /// <param name="linear">Weight of the base whose beta rises linearly, at least 0; all weights add up to 1.</param>
    /// <param name="cosine">Weight of the base whose alpha is a cosine.</param>
    /// <param name="karras">Weight of the base that is even in kappa^(1/7).</param>
    /// <param name="flow">Weight of the base that is even in kappa / (1 + kappa), the time of flow matching.</param>
    /// <param name="gamma">Power of u, from 0.25 to 4.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the weights do not add up to 1.</exception>
    public HybridSchedule(double linear, double cosine, double karras, double flow, double gamma)
    {
        if (!(linear >= 0 && cosine >= 0 && karras >= 0 && flow >= 0 && AddUp(linear, cosine, karras, flow)))
            throw new ArgumentException($"Weights are at least 0 and add up to 1; {linear}, {cosine}, {karras} and {flow} do not.");
        if (!(gamma is >= LeastGamma and <= GreatestGamma))
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"must be from {LeastGamma} to {GreatestGamma}");
        (Linear, Cosine, Karras, Flow, Gamma) = (linear, cosine, karras, flow, gamma);
    }

    /// <summary>Weight of the base whose beta rises linearly. DDPM; Song et al. 2021, arXiv:2011.13456, eq. 32.</summary>
    public double Linear { get; }

    /// <summary>Weight of the base whose alpha is a cosine. Nichol and Dhariwal 2021, arXiv:2102.09672, eq. 17.</summary>
    public double Cosine { get; }

    /// <summary>Weight of the base that is even in kappa^(1/7). Karras et al. 2022, arXiv:2206.00364, eq. 5.</summary>
    public double Karras { get; }

    /// <summary>Weight of the base that is even in kappa / (1 + kappa). Lipman et al. 2022, arXiv:2210.02747.</summary>
    public double Flow { get; }

    /// <summary>Power of u: above 1 steps near the data become shorter.</summary>
    public double Gamma { get; }

    /// <summary>lambda = ln(alpha / sigma) at u; falls from exactly the first end to exactly the last.</summary>
    /// <param name="u">From 0, the data, to 1, the noise.</param>
    /// <param name="first">lambda at u = 0.</param>
    /// <param name="last">lambda at u = 1, below <paramref name="first"/>.</param>
    public double Lambda(double u, double first, double last)
    {
        if (!(u is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(u), u, "must be from 0 to 1");
        if (!(last < first)) throw new ArgumentOutOfRangeException(nameof(last), last, "must be below the first lambda");
        if (u == 0) return first;
        if (u == 1) return last;
        double place = Math.Pow(u, Gamma), min = Math.Exp(-first), max = Math.Exp(-last);
        return -(Linear * Math.Log(HybridBases.Linear(place, min, max)) + Cosine * Math.Log(HybridBases.Cosine(place, min, max))
            + Karras * Math.Log(HybridBases.Karras(place, min, max)) + Flow * Math.Log(HybridBases.Flow(place, min, max)));
    }

    /// <summary>Whether weights add up to 1, but for rounding.</summary>
    internal static bool AddUp(double linear, double cosine, double karras, double flow)
        => Math.Abs(linear + cosine + karras + flow - 1) <= Rounding;

    /// <summary>alpha^2 = sigmoid(2 lambda(t / T)) for t = T to 1, rising: nothing is tabulated, so any T has a grid.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="first">lambda at u = 0, which no step begins at.</param>
    /// <param name="last">lambda at u = 1.</param>
    internal double[] AlphaBar(int steps, double first, double last)
        => [.. Enumerable.Range(0, steps).Select(i => 1 / (1 + Math.Exp(-2 * Lambda((double)(steps - i) / steps, first, last))))];
}
