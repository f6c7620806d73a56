using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>How DPM-Solver++ weighs its difference term.</summary>
public enum DifferenceWeight
{
    /// <summary>Half the first-order weight.</summary>
    Midpoint,

    /// <summary>The exact integral of the difference.</summary>
    Heun,
}

/// <summary>
/// DPM-Solver++(2M): second order, one evaluation a step. Lu et al. 2022, arXiv:2211.01095, algorithm 2.
/// </summary>
/// <param name="weight">Of the difference term.</param>
/// <param name="firstOrderSteps">How many of the last steps are first order; a step to the clean level always is.</param>
public sealed class Dpmpp2M(DifferenceWeight weight = DifferenceWeight.Midpoint, int firstOrderSteps = 0) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? previous = null;
        double hPrevious = 0;
        foreach (Step step in grid.Steps)
        {
            Tensor data = (await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false)).Data;
            double h = step.To.Lambda - step.From.Lambda, first = -step.To.Alpha * double.ExpM1(-h);
            // A step to lambda = infinity is first order, the correction has no meaning there; nor in one of no length.
            bool second = previous is not null && !step.To.IsClean && h > 0 && step.Index < grid.Steps.Count - firstOrderSteps;
            double full = weight == DifferenceWeight.Midpoint ? first / 2 : step.To.Alpha * (double.ExpM1(-h) / h + 1);
            double c = second ? h / hPrevious * full : 0;
            x = LinearCombination.Of((step.To.Sigma / step.From.Sigma, x), (first + c, data), (-c, previous ?? data));
            (previous, hPrevious) = (data, h);
        }

        return x;
    }
}
