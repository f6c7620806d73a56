namespace Rubato.Planning;

/// <summary>
/// Half of the stops in small even steps from the noise, the others in growing ones. Polyak et al. 2024, arXiv:2410.13720
/// (Movie Gen), section 3.4.2; ComfyUI's linear_quadratic.
/// </summary>
public sealed record LinearQuadraticLevels : KappaLevels
{
    /// <summary>The part of the way that the even steps make.</summary>
    public double Threshold { get; init; } = 0.025;

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
    {
        if (count == 1) return [max];
        int even = count / 2, growing = count - even;
        double lead = even - Threshold * count, q = lead / ((double)even * growing * growing);
        double l = Threshold / even - 2 * lead / ((double)growing * growing), offset = q * even * even;
        return [.. Enumerable.Range(0, count).Select(i => max * (1 - (i < even ? i * Threshold / even : q * i * i + l * i + offset)))];
    }
}
