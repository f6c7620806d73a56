using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace OwnSolver;

/// <summary>Ralston's method in kappa = sigma / alpha: second order, two evaluations a step. Ralston 1962, Math. Comp. 16, 431.</summary>
internal sealed class Ralston : ISolver
{
    public Coordinates Coordinates => Coordinates.Unscaled;   // alpha = 1 at every level, sigma is kappa

    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            double h = step.To.Sigma - step.From.Sigma;
            Prediction p = await denoiser.PredictAsync(x, step.Start);
            if (step.To.IsClean)
            {
                x = p.Data;
                continue;
            }

            Level inner = grid.At(step.From.Sigma + 2.0 / 3 * h);
            Tensor ahead = LinearCombination.Of((1, x), (2.0 / 3 * h, p.Noise));
            Prediction q = await denoiser.PredictAsync(ahead, new EvaluationPoint(step.Index, 1, inner));
            x = LinearCombination.Of((1, x), (h / 4, p.Noise), (3 * h / 4, q.Noise));
        }

        return x;
    }
}
