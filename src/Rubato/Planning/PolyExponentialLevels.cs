namespace Rubato.Planning;

/// <summary>Stops where ln(kappa) falls as a power of the place; k-diffusion's get_sigmas_polyexponential.</summary>
public sealed record PolyExponentialLevels : KappaLevels
{
    /// <summary>The power: 1 is even in ln(kappa), more is denser near the data.</summary>
    public double Rho { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
        => [.. Enumerable.Range(0, count).Select(i => count == 1 ? max
            : min * Math.Pow(max / min, Math.Pow(1 - (double)i / (count - 1), Rho)))];
}
