using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Any solver for a process that reverts to a mean m, x = m + alpha (x0 - m) + sigma noise: the solver steps x - m, whose
/// clean sample is x0 - m. With a DPM-Solver that is MR Sampler, Li et al. 2025, arXiv:2502.07856, in all its forms.
/// </summary>
/// <param name="inner">Steps x - m.</param>
/// <param name="mean">m: the degraded picture, in the shape of the state.</param>
public sealed class MeanReverting(ISolver inner, Tensor mean) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Network;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The inner solver steps in coordinates that the mean does not stand in.</exception>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        if (inner.Coordinates != Coordinates.Network)
            throw new NotSupportedException("A process that reverts to a mean is stepped at the network's scale.");
        Tensor moved = await inner.SampleAsync(Sum(x, -1), grid, new Moved(denoiser, mean), context).ConfigureAwait(false);
        return Sum(moved, 1);
    }

    private Tensor Sum(Tensor x, double sign) => LinearCombination.Of((1, x), (sign, mean));

    /// <summary>Asks for x, and answers for x - m.</summary>
    private sealed class Moved(IDenoiser denoiser, Tensor mean) : IDenoiser
    {
        public async Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Prediction p = await denoiser.PredictAsync(LinearCombination.Of((1, x), (1, mean)), point).ConfigureAwait(false);
            return p.Relative(x, mean);
        }
    }
}
