using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Stops at training steps in a fixed spacing.</summary>
/// <param name="Spacing">How they are spread.</param>
public sealed record SpacedSteps(Spacing Spacing) : IPlanner
{
    /// <summary>Added to each step of <see cref="Spacing.Leading"/>.</summary>
    public int Offset { get; init; }

    /// <summary>The habits of the solver.</summary>
    public GridStyle Style { get; init; }

    /// <summary>How many of the training steps are used, counted from the cleanest; null for all.</summary>
    public int? Usable { get; init; }

    /// <summary>Both ends of the grid.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        Level[] levels = Levels(table, steps);
        return Style.FixedStride ? Strides(levels, table, coordinates) : Ends.Close(levels, table, coordinates);
    }

    /// <summary>The levels that the network is asked at, at its own scale.</summary>
    internal Level[] Levels(VariancePreserving process, int steps)
        => [.. StepSpacing.Steps(Spacing, steps, Usable ?? process.Steps, Offset, Style).Select(process.AtStep)];

    private TimeGrid Strides(Level[] levels, VariancePreserving process, Coordinates coordinates)
    {
        int stride = process.Steps / levels.Length;
        return new TimeGrid
        {
            Process = process,
            Coordinates = coordinates,
            Steps = [.. levels.Select((from, i) => new Step(i, from.In(coordinates), Below(from).In(coordinates)))],
            StartScale = Ends.StartScale(levels, coordinates),
        };

        Level Below(Level level)
        {
            double step = Math.Round(process.StepOf(level.Time)) - stride;
            return step < 0 ? Ends.LevelOf(process) : process.AtStep(step);
        }
    }
}
