using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>
/// The way back, from data to noise, by DDIM's strides: the network is asked at the level that a step goes to. Mokady et al.
/// 2022, arXiv:2211.09794, section 3.1.
/// </summary>
/// <param name="Down">The steps of the way down.</param>
public sealed record InverseSteps(SpacedSteps Down) : IPlanner
{
    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        Level[] targets = [.. Down.Levels(table, steps).Reverse()];
        int stride = table.Steps / targets.Length;
        return new TimeGrid
        {
            Process = process,
            Coordinates = coordinates,
            Steps = [.. targets.Select((to, i) => new Step(i, (Below(to) with { Time = to.Time }).In(coordinates), to.In(coordinates)))],
        };

        Level Below(Level to)
        {
            double step = Math.Min(Math.Round(table.StepOf(to.Time)) - stride, table.Steps - 1);
            return step < 0 ? Down.Ends.LevelOf(process) : table.AtStep(step);
        }
    }
}
