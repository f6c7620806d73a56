using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Where a grid ends.</summary>
public enum FinalLevel
{
    /// <summary>With nothing left of the noise.</summary>
    Clean,

    /// <summary>
    /// At the first training step, the cleanest that the network knows (final_sigmas_type sigma_min).
    /// </summary>
    Lowest,

    /// <summary>Where the last step begins: a step of no length.</summary>
    Repeat,
}

/// <summary>What stands at both ends of a grid, however its levels were chosen.</summary>
public sealed record GridEnds
{
    /// <summary>The level that the last step goes to.</summary>
    public FinalLevel Final { get; init; } = FinalLevel.Clean;

    /// <summary>Standard deviation of the start state, whatever the levels; null for the one that they ask for.</summary>
    public double? Start { get; init; }

    /// <summary>
    /// Whether the start noise has variance 1 at the network's scale. Without it, a state that is stepped in sigma /
    /// alpha starts at exactly the noise of its level, with nothing added for the data; one at the network's scale has
    /// variance 1 in any case.
    /// </summary>
    public bool UnitStart { get; init; }

    /// <summary>A grid through levels at the network's scale, and on to the final one.</summary>
    internal TimeGrid Close(IReadOnlyList<Level> levels, IProcess process, Coordinates coordinates)
        => TimeGrid.Through(
            process, [.. levels, Final == FinalLevel.Repeat ? levels[^1] : LevelOf(process)], coordinates, StartScale(levels, coordinates));

    /// <summary>The final level, at the network's scale.</summary>
    internal Level LevelOf(IProcess process)
        => Final == FinalLevel.Clean ? process.OfKappa(0) : process.Table().AtStep(0);

    /// <summary>The standard deviation of the start state.</summary>
    internal double StartScale(IReadOnlyList<Level> levels, Coordinates coordinates)
    {
        if (Start is { } start) return start;
        if (coordinates == Coordinates.Network) return 1;
        double kappa = levels.Max(level => level.Kappa);
        return UnitStart ? Math.Sqrt(kappa * kappa + 1) : kappa;
    }
}
