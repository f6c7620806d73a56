using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Heun's method: second order, two evaluations a step but for one in the last. Karras et al. 2022, arXiv:2206.00364,
/// algorithms 1 and 2.
/// </summary>
/// <param name="churn">Added noise, at whose raised level the network is asked; null for none.</param>
public sealed class Heun(Churn? churn = null) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            Level from = step.From;
            double gamma = churn?.Gamma(from.Sigma, grid.Steps.Count) ?? 0;
            if (gamma > 0)
            {
                from = grid.At(from.Sigma * (1 + gamma));
                double added = Math.Sqrt(from.Sigma * from.Sigma - step.From.Sigma * step.From.Sigma);
                x = LinearCombination.Of((1, x), (churn!.Scale * added, context.DrawNoise(x)));
            }

            x = await StepAsync(x, step with { From = from }, denoiser).ConfigureAwait(false);
        }

        return x;
    }

    /// <summary>One step.</summary>
    internal static async Task<Tensor> StepAsync(Tensor x, Step step, IDenoiser denoiser)
    {
        double from = step.From.Sigma, to = step.To.Sigma, h = to - from;
        Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
        Tensor euler = LinearCombination.Of((to / from, x), (1 - to / from, p.Data));
        if (step.To.IsClean) return euler;

        // x + h (f + f') / 2 with f = (x - data) / from and f' = (euler - data') / to
        Prediction end = await denoiser.PredictAsync(euler, step.End).ConfigureAwait(false);
        return LinearCombination.Of(
            (1 + h / (2 * from), x), (-h / (2 * from), p.Data), (h / (2 * to), euler), (-h / (2 * to), end.Data));
    }
}
