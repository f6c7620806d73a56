using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver-2 as k-diffusion has it (sample_dpm_2, sample_dpm_2_ancestral): the slope at the middle of the step in
/// ln kappa. Two evaluations a step but for one in the last. Karras et al. 2022, arXiv:2206.00364, and Lu et al. 2022.
/// </summary>
/// <param name="eta">0 deterministic, 1 ancestral.</param>
public sealed class Dpm2(double eta = 0) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            double from = step.From.Sigma;
            (double down, double up) = AncestralStep.Split(from, step.To.Sigma, eta);
            if (down == 0)
            {
                x = p.Data;
                continue;
            }

            Level middle = grid.At(Math.Sqrt(from * down));
            Tensor half = LinearCombination.Of((1, x), (middle.Sigma - from, p.NoiseOfData));
            Prediction inner = await denoiser.PredictAsync(half, new EvaluationPoint(step.Index, 1, middle)).ConfigureAwait(false);
            beforeNoise = LinearCombination.Of((1, x), (down - from, inner.NoiseOfData));
            x = AncestralStep.Renew(beforeNoise, up, context, step.From, step.To);
        }

        return x;
    }
}
