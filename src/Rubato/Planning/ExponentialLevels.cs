namespace Rubato.Planning;

/// <summary>Stops where ln(kappa) is even; DPM-Solver's "uniform in lambda".</summary>
public sealed record ExponentialLevels : KappaLevels
{
    /// <summary>Falling values of kappa; the final 0 is not included. A single one is the largest.</summary>
    /// <inheritdoc cref="KarrasLevels.Sigmas(int, double, double, double)" path="/param"/>
    public static double[] Even(int count, double min, double max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? max
            : i == count - 1 ? min : max * Math.Pow(min / max, (double)i / (count - 1)))];
    }

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max) => Even(count, min, max);
}
