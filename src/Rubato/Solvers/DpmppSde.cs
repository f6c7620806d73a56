using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver++ (SDE): an ancestral step to the middle in ln kappa and one over the whole, both along one Brownian path.
/// Two evaluations a step but for one in the last. k-diffusion's sample_dpmpp_sde.
/// </summary>
/// <param name="eta">How stochastic: 0 none, 1 the SDE.</param>
/// <param name="noiseScale">Standard deviation of the noise, relative to the exact one.</param>
public sealed class DpmppSde(double eta = 1, double noiseScale = 1) : ISolver
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
            if (step.To.IsClean)
            {
                x = p.Data;
                continue;
            }

            Level middle = grid.At(Math.Sqrt(step.From.Sigma * step.To.Sigma));
            Tensor half = Advance(p.Data, middle, out _);
            Prediction inner = await denoiser.PredictAsync(half, new EvaluationPoint(step.Index, 1, middle)).ConfigureAwait(false);
            x = Advance(inner.Data, step.To, out beforeNoise);

            Tensor Advance(Tensor data, Level to, out Tensor still)
            {
                (double down, double up) = AncestralStep.Split(step.From.Sigma, to.Sigma, eta);
                double kept = down / step.From.Sigma;
                still = LinearCombination.Of((kept, x), (1 - kept, data));
                return AncestralStep.Renew(still, noiseScale * up, context, step.From, to);
            }
        }

        return x;
    }
}
