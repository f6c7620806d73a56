using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Euler's method with noise renewed in every step: k-diffusion's sample_euler_ancestral.</summary>
/// <param name="eta">0 deterministic, 1 as noisy as DDPM.</param>
/// <param name="noiseScale">Standard deviation of the noise, relative to the exact one.</param>
public sealed class EulerAncestral(double eta = 1, double noiseScale = 1) : ISolver
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
            (double down, double up) = AncestralStep.Split(step.From.Sigma, step.To.Sigma, eta);
            double kept = down / step.From.Sigma;
            beforeNoise = LinearCombination.Of((kept, x), (1 - kept, p.Data));
            x = AncestralStep.Renew(beforeNoise, noiseScale * up, context, step.From, step.To);
        }

        return x;
    }
}
