using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>A stretch of levels that is gone through again.</summary>
/// <param name="Stops">Levels of each passage, both ends included; at least 2.</param>
/// <param name="Times">How often.</param>
/// <param name="Low">kappa at its end, where noise is added.</param>
/// <param name="High">kappa that the noise leads up to.</param>
public readonly record struct RestartInterval(int Stops, int Times, double Low, double High);

/// <summary>
/// Heun's method that goes back up by fresh noise, and down again. Xu et al. 2023, arXiv:2306.14878, algorithm 1. The noise
/// that is added forgets errors, the steps between are as good as an ODE's.
/// </summary>
/// <param name="intervals">
/// Each begins at the stop of the grid that is nearest to its low end. Where two meet at one stop both are gone through; the
/// published code keeps the last alone. One whose high end no such stop lies below, on a grid of few steps, is left out; the
/// published code then takes the root of a negative number.
/// </param>
public sealed class Restart(params IReadOnlyList<RestartInterval> intervals) : ISolver
{
    private const double Rho = 7;

    /// <summary>Standard deviation of the added noise, relative to the exact one.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        ILookup<int, RestartInterval> restarts = StopsOf(grid);
        int done = 0;   // steps in all, so that every evaluation has a number of its own
        foreach (Step step in grid.Steps)
        {
            x = await Heun.StepAsync(x, step with { Index = done++ }, denoiser).ConfigureAwait(false);
            foreach (RestartInterval interval in restarts[step.Index])
            {
                Level[] levels = Levels(interval, step.To, grid);
                for (int k = 0; k < interval.Times; k++)
                {
                    double added = Math.Sqrt(levels[0].Sigma * levels[0].Sigma - step.To.Sigma * step.To.Sigma);
                    x = LinearCombination.Of((1, x), (NoiseScale * added, context.DrawNoise(x)));
                    for (int i = 1; i < levels.Length; i++)
                        x = await Heun.StepAsync(x, new Step(done++, levels[i - 1], levels[i]), denoiser).ConfigureAwait(false);
                }
            }
        }

        return x;
    }

    /// <summary>The intervals, by the step whose end is the nearest to where each begins; a clean end is none.</summary>
    private ILookup<int, RestartInterval> StopsOf(TimeGrid grid)
    {
        Step[] stops = [.. grid.Steps.Where(step => !step.To.IsClean)];
        return (from interval in intervals
                where stops.Length > 0
                let stop = stops.MinBy(step => Math.Abs(step.To.Sigma - interval.Low))
                where stop.To.Sigma < interval.High
                select (stop.Index, interval)).ToLookup(pair => pair.Index, pair => pair.interval);
    }

    /// <summary>From the high end down to a stop of the grid, even in kappa^(1/7).</summary>
    private static Level[] Levels(RestartInterval interval, Level low, TimeGrid grid)
    {
        double first = Math.Pow(interval.High, 1 / Rho), last = Math.Pow(low.Sigma, 1 / Rho);
        return [.. Enumerable.Range(0, interval.Stops).Select(i => i == interval.Stops - 1 ? low
            : grid.At(Math.Pow(first + (last - first) * i / (interval.Stops - 1), Rho)))];
    }
}
