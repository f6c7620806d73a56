using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Euler's method on a slope that is carried beyond the last one. Permenter and Yuan 2023, arXiv:2306.04848; as in ComfyUI
/// the last step goes to the data.
/// </summary>
/// <param name="gamma">1 is Euler's method; 2 in the paper.</param>
public sealed class GradientEstimation(double gamma = 2) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? last = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            double h = step.To.Sigma - step.From.Sigma;
            Tensor slope = p.NoiseOfData;
            x = step.To.IsClean ? p.Data
                : LinearCombination.Of((1, x), (h * (last is null ? 1 : gamma), slope), (last is null ? 0 : h * (1 - gamma), last ?? slope));
            last = slope;
        }

        return x;
    }
}
