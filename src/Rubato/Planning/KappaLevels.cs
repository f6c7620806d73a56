using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>What the network is told of a level that lies between training steps.</summary>
public enum TimeRounding
{
    /// <summary>The fraction.</summary>
    None,

    /// <summary>The nearest training step.</summary>
    Nearest,

    /// <summary>The training step below.</summary>
    Down,
}

/// <summary>
/// Stops at values of kappa = sigma / alpha that a curve lays between the ends of the process: what the members of this
/// family, each in a file of its own, have in common.
/// </summary>
public abstract record KappaLevels : IPlanner
{
    /// <summary>The largest kappa; null for that of <see cref="Within"/>, or of the whole table.</summary>
    public double? Max { get; init; }

    /// <summary>The smallest kappa but the final one; null as for <see cref="Max"/>.</summary>
    public double? Min { get; init; }

    /// <summary>The grid whose ends are kept; null for the whole table.</summary>
    public SpacedSteps? Within { get; init; }

    /// <summary>What the network is told.</summary>
    public TimeRounding Rounding { get; init; }

    /// <summary>Whether the network is told ln(kappa) / 4 in place of a training step, as EDM's are.</summary>
    public bool LogTime { get; init; }

    /// <summary>Both ends of the grid.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        VariancePreserving table = process.Table();
        Level[] ends = Within?.Levels(table, steps) ?? [table.AtStep(table.Steps - 1), table.AtStep(0)];
        double[] kappas = Sigmas(steps, Min ?? ends[^1].Kappa, Max ?? ends[0].Kappa);
        Level[] levels = [.. kappas.Select(kappa => VariancePreserving.FromKappa(kappa, Time(kappa, table)))];
        return Ends.Close(levels, table, coordinates);
    }

    /// <summary>The curve: falling values of kappa from <paramref name="max"/> to <paramref name="min"/>.</summary>
    protected abstract double[] Sigmas(int count, double min, double max);

    private double Time(double kappa, VariancePreserving process)
    {
        if (LogTime) return Math.Log(kappa) / 4;
        double step = process.StepOfKappa(kappa);
        return process.Time(Rounding switch
        {
            TimeRounding.Nearest => Math.Round(step, MidpointRounding.ToEven),
            TimeRounding.Down => Math.Floor(step),
            _ => step,
        });
    }
}
