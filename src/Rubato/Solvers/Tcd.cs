using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Trajectory consistency distillation: past the next level, and back to it with fresh noise. Zheng et al. 2024,
/// arXiv:2402.19159, algorithm 1.
/// </summary>
/// <param name="gamma">How far past, as a part of the time that is left (eta of diffusers): 0 is DDIM, 1 LCM.</param>
public sealed class Tcd(double gamma = 0.3) : ISolver
{
    /// <summary>How far past the next level a step goes, as a part of the time that is left.</summary>
    public double Gamma => gamma;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            bool last = step.Index == grid.Steps.Count - 1;
            Level past = grid.Process.At(Math.Floor((1 - gamma) * step.To.Time));
            // A schedule of levels may have stops below the first training step, where there is nothing past them.
            if (!last && past.Alpha < step.To.Alpha) past = step.To;
            x = LinearCombination.Of((past.Alpha, p.Data), (past.Sigma, p.Noise));
            if (gamma == 0 || last) continue;
            double kept = step.To.Alpha / past.Alpha;
            beforeNoise = x * kept;
            x = LinearCombination.Of((1, beforeNoise), (Math.Sqrt(1 - kept * kept), context.DrawNoise(x)));
        }

        return x;
    }
}
