using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Euler's method with noise renewed in every step, for the straight path of flow matching, where down and up must keep the
/// share of the data right: ComfyUI's sample_euler_ancestral_RF, LTXEulerAncestralRF of diffusers.
/// </summary>
/// <param name="eta">0 deterministic, 1 the most that is renewed.</param>
/// <param name="noiseScale">Standard deviation of the noise, relative to the exact one.</param>
public sealed class FlowAncestral(double eta = 1, double noiseScale = 1) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            double from = step.From.Sigma, to = step.To.Sigma;
            if (step.To.IsClean)
            {
                x = p.Data;
                continue;
            }

            double down = to * (1 + (to / from - 1) * eta), kept = down / from, stretch = (1 - to) / (1 - down);
            double deviation = Math.Sqrt(Math.Max(to * to - down * down * stretch * stretch, 0));
            beforeNoise = LinearCombination.Of((stretch * kept, x), (stretch * (1 - kept), p.Data));
            x = LinearCombination.Of((1, beforeNoise), (noiseScale * deviation, context.DrawNoise(x)));
        }

        return x;
    }
}
