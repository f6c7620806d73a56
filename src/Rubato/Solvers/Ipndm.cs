using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// PNDM without a special start: Adams-Bashforth's constant weights on the noise. Zhang and Chen 2022, arXiv:2204.13902,
/// table 1. On steps that are uneven in kappa it is of second order at most.
/// </summary>
/// <param name="order">1 to 4; the first steps have fewer.</param>
public sealed class Ipndm(int order = 4) : ISolver
{
    private const double LeastAlpha = 1e-8;   // pure noise says nothing of the data

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<Tensor>();
        foreach (Step step in grid.Steps)
        {
            past.Insert(0, (await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false)).NoiseOfData);
            double kept = step.To.Alpha / Math.Max(step.From.Alpha, LeastAlpha);
            x = LinearCombination.Of(
                (kept, x), (step.To.Sigma - kept * step.From.Sigma, AdamsBashforth.Combine(past, order)));
        }

        return x;
    }
}
