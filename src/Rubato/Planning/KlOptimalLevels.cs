namespace Rubato.Planning;

/// <summary>Stops where the angle atan(kappa) is even. Sabour et al. 2024, arXiv:2404.14507, section 3.1.</summary>
public sealed record KlOptimalLevels : KappaLevels
{
    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
        => [.. Enumerable.Range(0, count).Select(i =>
        {
            double r = count == 1 ? 0 : (double)i / (count - 1);
            return Math.Tan(r * Math.Atan(min) + (1 - r) * Math.Atan(max));
        })];
}
