using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Stops at values of kappa = sigma / alpha that a person, or a table, names.</summary>
public sealed record GivenSigmas : IPlanner
{
    /// <summary>Falling and above 0, at least two: the last is where the grid ends and may be 0.</summary>
    public required IReadOnlyList<double> Sigmas { get; init; }

    /// <summary>Both ends of the grid; the list holds its own final level.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The list does not fall, or is too short.</exception>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        if (Sigmas.Count < 2)
            throw new ArgumentException("A list of sigmas needs at least two: where it begins and where it ends.");
        for (int i = 0; i < Sigmas.Count; i++)
        {
            double above = i == 0 ? double.PositiveInfinity : Sigmas[i - 1];
            // The last may repeat the one before: consistency models end at the smallest sigma that they were trained at.
            bool fits = i < Sigmas.Count - 1 ? Sigmas[i] < above && Sigmas[i] > 0 : Sigmas[i] <= above && Sigmas[i] >= 0;
            if (!fits) throw new ArgumentException($"Sigmas must fall and stay above 0, where the last may be; number {i + 1} is {Sigmas[i]}.");
        }

        Level[] levels = [.. Sigmas.Select(kappa => process.OfKappa(kappa))];
        return TimeGrid.Through(process, levels, coordinates, Ends.StartScale(levels, coordinates));
    }
}
