using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>DDIM, first order. Song et al. 2020, arXiv:2010.02502, eq. 12.</summary>
/// <param name="eta">0 deterministic, 1 as noisy as DDPM.</param>
/// <param name="noiseOfLimitedData">Whether the noise is derived again from a clipped sample (diffusers: use_clipped_model_output).</param>
public sealed class Ddim(double eta = 0, bool noiseOfLimitedData = false) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            Tensor noise = noiseOfLimitedData ? p.NoiseOfData : p.Noise;
            double deviation = eta * Deviation(step);
            double direction = Math.Sqrt(Math.Max(step.To.Sigma * step.To.Sigma - deviation * deviation, 0));
            x = LinearCombination.Of((step.To.Alpha, p.Data), (direction, noise));
            if (eta == 0) continue;
            beforeNoise = x;
            x = LinearCombination.Of((1, x), (deviation, context.DrawNoise(x)));
        }

        return x;
    }

    /// <summary>sigma of eq. 16 at eta 1: the standard deviation of DDPM's posterior.</summary>
    internal static double Deviation(Step step)
    {
        double a = step.From.Alpha * step.From.Alpha, to = step.To.Alpha * step.To.Alpha;
        return Math.Sqrt(Math.Max((1 - to) / (1 - a) * (1 - a / to), 0));
    }
}
