using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver-2 and -3 and their ++ forms with levels of their own between the stops: as many evaluations a step as the order.
/// Lu et al. 2022, arXiv:2206.00927, algorithms 1 and 2, r = 1/2 and 1/3, 2/3; arXiv:2211.01095, algorithm 1.
/// </summary>
/// <param name="order">1 to 3.</param>
/// <param name="solvedFor">Data is DPM-Solver++, noise DPM-Solver.</param>
public sealed class DpmSolverStages(int order = 2, SolvedFor solvedFor = SolvedFor.Data) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps) x = await StepAsync(x, step, step.To.IsClean ? 1 : order).ConfigureAwait(false);
        return x;

        async Task<Tensor> StepAsync(Tensor state, Step step, int stages)
        {
            Tensor m = await AskAsync(state, step.From, 0).ConfigureAwait(false);
            if (stages == 1) return To(step.To, 0, m, m);
            (double r1, double r2) = stages == 2 ? (0.5, 1) : (1.0 / 3, 2.0 / 3);
            Tensor first = await AskAsync(To(Between(r1), 0, m, m), Between(r1), 1).ConfigureAwait(false);
            // order 2 weighs the difference by half of the first-order factor, order 3 by the integral
            if (stages == 2) return To(step.To, new ExponentialStep(solvedFor, step.From, step.To).First / (2 * r1), m, first);
            Level second = Between(r2);
            Tensor inner = To(second, new ExponentialStep(solvedFor, step.From, second).Slope * r2 / r1, m, first);
            Tensor last = await AskAsync(inner, second, 2).ConfigureAwait(false);
            return To(step.To, new ExponentialStep(solvedFor, step.From, step.To).Slope / r2, m, last);

            Level Between(double r) => grid.At(Math.Exp(-(step.From.Lambda + r * (step.To.Lambda - step.From.Lambda))));

            async Task<Tensor> AskAsync(Tensor at, Level level, int stage) => ExponentialStep.Estimate(
                solvedFor, await denoiser.PredictAsync(at, new EvaluationPoint(step.Index, stage, level)).ConfigureAwait(false));

            Tensor To(Level to, double slope, Tensor early, Tensor late)
            {
                var e = new ExponentialStep(solvedFor, step.From, to);
                return LinearCombination.Of((e.State, state), (e.First - slope, early), (slope, late));
            }
        }
    }
}
