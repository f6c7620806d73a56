using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Heun++ 2 of the web UIs: three slopes a step, two in the last but one and one in the last, weighed by how noisy they are.
/// Weights as ComfyUI's sample_heunpp2.
/// </summary>
public sealed class HeunPlusPlus : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        double top = grid.Steps[0].From.Sigma;
        for (int i = 0; i < grid.Steps.Count; i++)
        {
            Step step = grid.Steps[i];
            int slopes = Math.Min(grid.Steps.Count - i, 3);
            var ahead = new List<(double Weight, Tensor Slope)>();
            Tensor first = await AskAsync(x, step.From, 0).ConfigureAwait(false), at = x, slope = first;
            for (int k = 1; k < slopes; k++)
            {
                Step reached = grid.Steps[i + k - 1];
                at = LinearCombination.Of((1, at), (reached.To.Sigma - reached.From.Sigma, slope));
                slope = await AskAsync(at, reached.To, k).ConfigureAwait(false);
                ahead.Add((reached.To.Sigma / (slopes * top), slope));
            }

            double h = step.To.Sigma - step.From.Sigma;
            x = LinearCombination.Of([
                (1, x), (h * (1 - ahead.Sum(a => a.Weight)), first), .. ahead.Select(a => (h * a.Weight, a.Slope))]);

            async Task<Tensor> AskAsync(Tensor state, Level level, int stage)
                => (await denoiser.PredictAsync(state, new EvaluationPoint(step.Index, stage, level)).ConfigureAwait(false)).NoiseOfData;
        }

        return x;
    }
}
