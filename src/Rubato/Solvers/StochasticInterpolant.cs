using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// The ODE and the SDEs of a one-sided linear interpolant, which is the straight path of flow matching: dx = (b - eps s) dt
/// down in time, with noise of sqrt(2 eps dt), for any diffusion eps; all keep the marginals. Albergo et al. 2023,
/// arXiv:2303.08797, section 2.3.
/// </summary>
/// <param name="diffusion">eps, at least 0, as a function of the time; null for none, the ODE.</param>
/// <param name="heun">Whether the drift is averaged over both ends of a step: second order for the ODE.</param>
public sealed class StochasticInterpolant(Func<double, double>? diffusion = null, bool heun = false) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            double h = step.From.Sigma - step.To.Sigma, eps = diffusion?.Invoke(step.From.Sigma) ?? 0;
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            Tensor? noise = eps > 0 && !step.To.IsClean ? context.DrawNoise(x) : null;
            if (noise is null) eps = 0;   // the last step ends without noise
            Tensor drift = Drift(p, eps), moved = LinearCombination.Of((1, x), (h, drift));
            if (heun && !step.To.IsClean)
            {
                Tensor ahead = noise is null ? moved : LinearCombination.Of((1, moved), (Math.Sqrt(2 * eps * h), noise));
                Prediction end = await denoiser.PredictAsync(ahead, step.End).ConfigureAwait(false);
                moved = LinearCombination.Of((1, x), (h / 2, drift), (h / 2, Drift(end, eps)));
            }

            beforeNoise = noise is null ? null : moved;
            x = noise is null ? moved : LinearCombination.Of((1, moved), (Math.Sqrt(2 * eps * h), noise));
        }

        return x;
    }

    /// <summary>Down in time: x0 - noise, less eps noise / sigma for the score.</summary>
    private static Tensor Drift(Prediction p, double eps)
        => LinearCombination.Of((1, p.Data), (-1 - eps / p.Level.Sigma, p.Noise));
}
