using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>
/// Stops chosen evenly from the steps that a distilled model was trained to skip between. Luo et al. 2023, arXiv:2310.04378,
/// section 4.3.
/// </summary>
public sealed record DistilledSteps : IPlanner
{
    /// <summary>How many steps training had.</summary>
    public int Original { get; init; } = 50;

    /// <summary>The part of them, from the cleanest, that is used.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Both ends of the grid.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        int stride = table.Steps / Original, count = (int)(Original * Strength);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, count);
        return Ends.Close(
            [.. Enumerable.Range(0, steps).Select(i => table.AtStep(stride * (count - (int)((double)i * count / steps)) - 1))],
            process, coordinates);
    }
}
