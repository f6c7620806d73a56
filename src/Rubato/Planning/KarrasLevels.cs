namespace Rubato.Planning;

/// <summary>Stops where kappa^(1/rho) is even. Karras et al. 2022, arXiv:2206.00364, eq. 5.</summary>
public sealed record KarrasLevels : KappaLevels
{
    /// <summary>rho of the paper: the larger, the shorter the steps near the data.</summary>
    public double Rho { get; init; } = 7;

    /// <summary>kappa_i of eq. 5, falling; the final 0 is not included. A single one is the largest.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="min">The smallest, above 0.</param>
    /// <param name="max">The largest, at least <paramref name="min"/>.</param>
    /// <param name="rho">Above 0; 7 in the paper.</param>
    public static double[] Sigmas(int count, double min, double max, double rho)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rho);
        double first = Math.Pow(max, 1 / rho), last = Math.Pow(min, 1 / rho);
        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? max
            : i == count - 1 ? min : Math.Pow(first + (double)i / (count - 1) * (last - first), rho))];
    }

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max) => Sigmas(count, min, max, Rho);
}
