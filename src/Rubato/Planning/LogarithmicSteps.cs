using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>
/// Levels even in ln kappa over the whole table, of which the network is told the spaced training steps all the same: what
/// EulerDiscrete of diffusers calls log_linear. The last step ends at the last of the levels.
/// </summary>
/// <param name="Told">The training steps.</param>
public sealed record LogarithmicSteps(SpacedSteps Told) : IPlanner
{
    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        double[] kappas = ExponentialLevels.Even(steps + 1, table.Kappa(0), table.Kappa(table.Steps - 1));
        Level[] told = Told.Levels(table, steps);
        Level[] levels = [.. kappas.Select((kappa, i) => process.OfKappa(kappa) with { Time = told[Math.Min(i, steps - 1)].Time })];
        return TimeGrid.Through(process, levels, coordinates, Told.Ends.StartScale(levels, coordinates));
    }
}
