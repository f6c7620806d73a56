using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Stops at times of the process.</summary>
/// <param name="Times">At least two, the last where the grid ends.</param>
public sealed record GivenTimes(IReadOnlyList<double> Times) : IPlanner
{
    /// <summary>Standard deviation of the start state.</summary>
    public double StartScale { get; init; } = 1;

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
        => TimeGrid.Through(process, [.. Times.Select(process.At)], coordinates, StartScale);
}
