using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Heun's method on the straight path of flow matching, in its time: second order, two evaluations a step but for one in the
/// last. As FlowMatchHeunDiscrete of diffusers, churn included.
/// </summary>
/// <param name="churn">Added noise; null for none.</param>
public sealed class FlowHeun(Churn? churn = null) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            double from = step.From.Sigma, to = step.To.Sigma;
            // The reference counts the stages of all steps, and scales the slope as if it had been asked at the raised time.
            double gamma = churn?.Gamma(from, 2 * grid.Steps.Count - 1) ?? 0, raised = from * (1 + gamma), slope = from / raised;
            if (gamma > 0)
                x = LinearCombination.Of((1, x), (churn!.Scale * Math.Sqrt(raised * raised - from * from), context.DrawNoise(x)));
            double h = to - raised;
            Tensor u = Velocity(p), euler = LinearCombination.Of((1, x), (h * slope, u));
            if (step.To.IsClean)
            {
                x = euler;
                continue;
            }

            Prediction end = await denoiser.PredictAsync(euler, step.End).ConfigureAwait(false);
            x = LinearCombination.Of((1, x), (h * slope / 2, u), (h / 2, Velocity(end)));
        }

        return x;
    }

    private static Tensor Velocity(Prediction p) => LinearCombination.Of((1, p.Noise), (-1, p.Data));
}
