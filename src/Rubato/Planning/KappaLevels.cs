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
        Level[]? within = Within?.Levels(process.Table(), steps);
        double[] kappas = Sigmas(
            steps, Min ?? within?[^1].Kappa ?? process.Table().Kappa(0),
            Max ?? within?[0].Kappa ?? process.Table().Kappa(process.Table().Steps - 1));
        return Ends.Close([.. kappas.Select(kappa => LevelOf(kappa, process))], process, coordinates);
    }

    /// <summary>The curve: falling values of kappa from <paramref name="max"/> to <paramref name="min"/>.</summary>
    protected internal abstract double[] Sigmas(int count, double min, double max);

    private Level LevelOf(double kappa, IProcess process)
    {
        Level level = process.OfKappa(kappa);
        if (LogTime) return level with { Time = Math.Log(kappa) / 4 };
        if (Rounding == TimeRounding.None) return level;
        VariancePreserving table = process.Table();
        double step = table.StepOf(level.Time);
        return level with
        {
            Time = table.Time(Rounding == TimeRounding.Nearest ? Math.Round(step, MidpointRounding.ToEven) : Math.Floor(step)),
        };
    }
}
