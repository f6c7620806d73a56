using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Reverse diffusion with Langevin correction for processes that explode in variance, two evaluations a step. Song et al. 2021,
/// arXiv:2011.13456, algorithms 2 and 4.
/// </summary>
/// <param name="signalToNoise">r of algorithm 4: how large a correction is beside the noise; 0.15 for CIFAR-10.</param>
/// <param name="corrections">Langevin steps at every level.</param>
public sealed class PredictorCorrector(double signalToNoise = 0.15, int corrections = 1) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            double from = step.From.Sigma, to = step.To.Sigma;
            for (int k = 0; k < corrections; k++)
            {
                Prediction c = await denoiser.PredictAsync(
                    x, new EvaluationPoint(step.Index, k, step.From) { BeforeNoise = k == 0 ? beforeNoise : null }).ConfigureAwait(false);
                Tensor fresh = context.DrawNoise(x);
                // the score is -noise / sigma
                double ratio = signalToNoise * MeanNorm(fresh) / (MeanNorm(c.Noise) / from), size = 2 * ratio * ratio;
                x = LinearCombination.Of((1, x), (-size / from, c.Noise), (Math.Sqrt(2 * size), fresh));
            }

            Prediction p = await denoiser.PredictAsync(x, new EvaluationPoint(step.Index, corrections, step.From)).ConfigureAwait(false);
            double gained = from * from - to * to;
            beforeNoise = LinearCombination.Of((1, x), (-gained / from, p.Noise));
            x = LinearCombination.Of((1, beforeNoise), (Math.Sqrt(gained), context.DrawNoise(x)));
        }

        return x;
    }

    /// <summary>The norm of a sample; of several that share every decision, the mean.</summary>
    private static double MeanNorm(Tensor x)
        => Enumerable.Range(0, x.Shape[0]).Average(n => x.ToFloat32().Rows(n, 1).Norm());
}
