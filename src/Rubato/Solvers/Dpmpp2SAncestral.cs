using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver++(2S) with noise renewed at the end of every step: k-diffusion's sample_dpmpp_2s_ancestral. Two evaluations
/// a step but for one in the last.
/// </summary>
/// <param name="eta">0 deterministic, 1 as noisy as DDPM.</param>
/// <param name="noiseScale">Standard deviation of the noise, relative to the exact one.</param>
public sealed class Dpmpp2SAncestral(double eta = 1, double noiseScale = 1) : ISolver
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
            Tensor half = Towards(middle.Sigma, p.Data);
            Prediction inner = await denoiser.PredictAsync(half, new EvaluationPoint(step.Index, 1, middle)).ConfigureAwait(false);
            beforeNoise = Towards(down, inner.Data);
            x = AncestralStep.Renew(beforeNoise, noiseScale * up, context, step.From, step.To);

            Tensor Towards(double to, Tensor data) => LinearCombination.Of((to / from, x), (1 - to / from, data));
        }

        return x;
    }
}
