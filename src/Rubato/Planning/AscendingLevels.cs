using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>The levels of another grid from the cleanest up, for solvers that run back from data to noise.</summary>
/// <param name="Down">The way down; its final level is left out.</param>
public sealed record AscendingLevels(IPlanner Down) : IPlanner
{
    /// <summary>Whether one stop more is laid, whose noisiest is left out.</summary>
    public bool Open { get; init; }

    /// <summary>Whether the last step ends at the noisiest level of the process; else where it begins, a step of no length.</summary>
    public bool ToNoise { get; init; }

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        Level[] levels = [.. Down.Plan(process, Open ? steps + 1 : steps, Coordinates.Network).Steps.Select(step => step.From).Reverse()];
        if (Open) levels = levels[..^1];
        Level end = ToNoise ? process.Table().AtStep(process.Table().Steps - 1) : levels[^1];
        return TimeGrid.Through(process, [.. levels, end], coordinates);
    }
}
