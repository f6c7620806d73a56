using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Added noise before a step. Karras et al. 2022, arXiv:2206.00364, algorithm 2.</summary>
public sealed record Churn
{
    /// <summary>S_churn, over the whole grid; 0 adds none.</summary>
    public double Amount { get; init; }

    /// <summary>S_tmin: no noise below this kappa.</summary>
    public double From { get; init; }

    /// <summary>S_tmax: no noise above this kappa.</summary>
    public double To { get; init; } = double.PositiveInfinity;

    /// <summary>S_noise: standard deviation of the noise.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>By which part a level is raised at a kappa, in a grid of that many steps.</summary>
    internal double Gamma(double kappa, int steps)
        => kappa >= From && kappa <= To ? Math.Min(Amount / steps, Math.Sqrt(2) - 1) : 0;
}

/// <summary>Euler's method in dx/dkappa. Karras et al. 2022, arXiv:2206.00364; k-diffusion's sample_euler.</summary>
/// <param name="churn">Added noise; null for none.</param>
public sealed class Euler(Churn? churn = null) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            // As in diffusers the network is asked at kappa, and noise that raises the level comes after.
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            double from = step.From.Sigma, to = step.To.Sigma, gamma = churn?.Gamma(from, grid.Steps.Count) ?? 0;
            if (gamma > 0)
            {
                double raised = from * (1 + gamma);
                Tensor noise = context.DrawNoise(x);
                x = LinearCombination.Of((1, x), (churn!.Scale * Math.Sqrt(raised * raised - from * from), noise));
                p = p.At(x, step.From with { Sigma = raised });
                from = raised;
            }

            // x + (to - from) (x - data) / from, whose last step is the data itself
            x = LinearCombination.Of((to / from, x), (1 - to / from, p.Data));
        }

        return x;
    }
}
