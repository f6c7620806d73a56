using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Stops at training steps that a person, or a table, names.</summary>
public sealed record GivenSteps : IPlanner
{
    /// <summary>The training steps, falling; at least one, from 0 to the last of the process.</summary>
    public required IReadOnlyList<double> Steps { get; init; }

    /// <summary>Both ends of the grid.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The list does not fall, or leaves the process.</exception>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        for (int i = 0; i < Steps.Count; i++)
        {
            double above = i == 0 ? table.Steps : Steps[i - 1];
            if (!(Steps[i] >= 0 && Steps[i] < above))
                throw new ArgumentException(
                    $"Timesteps must fall from {table.Steps - 1} or below, not below 0; number {i + 1} is {Steps[i]}.");
        }

        if (Steps.Count == 0) throw new ArgumentException("A list of timesteps needs at least one.");
        return Ends.Close([.. Steps.Select(table.AtStep)], table, coordinates);
    }
}
