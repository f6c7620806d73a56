using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Heun's method: second order, two evaluations a step but for one in the last. Karras et al. 2022, algorithm 1.</summary>
public sealed class Heun : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            double from = step.From.Sigma, to = step.To.Sigma, h = to - from;
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            Tensor euler = LinearCombination.Of((to / from, x), (1 - to / from, p.Data));
            if (step.To.IsClean)
            {
                x = euler;
                continue;
            }

            // x + h (f + f') / 2 with f = (x - data) / from and f' = (euler - data') / to
            Prediction end = await denoiser.PredictAsync(euler, step.End).ConfigureAwait(false);
            x = LinearCombination.Of(
                (1 + h / (2 * from), x), (-h / (2 * from), p.Data), (h / (2 * to), euler), (-h / (2 * to), end.Data));
        }

        return x;
    }
}
