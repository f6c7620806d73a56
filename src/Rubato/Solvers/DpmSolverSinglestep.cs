using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver and DPM-Solver++ in the singlestep form of diffusers: the stages of a step are stops of the grid, and the
/// step begins anew from its first. Lu et al. 2022, arXiv:2206.00927, algorithms 1 and 2.
/// </summary>
/// <param name="order">1 to 3: how many evaluations a whole step has.</param>
/// <param name="solvedFor">Data is DPM-Solver++, noise DPM-Solver.</param>
/// <param name="weight">Of differences.</param>
public sealed class DpmSolverSinglestep(
    int order = 2, SolvedFor solvedFor = SolvedFor.Data, DifferenceWeight weight = DifferenceWeight.Midpoint) : ISolver
{
    /// <summary>How stochastic: 0 the ODE, 1 the SDE (sde-dpmsolver++).</summary>
    public double Eta { get; init; }

    /// <summary>Whether the last steps are shorter, so that the number of evaluations is met at a lower order.</summary>
    public bool LowerOrderEnd { get; init; }

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        // As in the references a run that begins midway keeps the stages of the whole grid; those before it are missing.
        int skipped = grid.Skipped.Count;
        int[] orders = Orders(grid, skipped + grid.Steps.Count);
        var stages = new List<(Tensor M, Level Level)>();   // of this step, its first at the front
        Tensor start = x;
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            if (orders[skipped + step.Index] == 1)
            {
                stages.Clear();
                start = x;
            }

            stages.Add((ExponentialStep.Estimate(solvedFor, p), step.From));
            Level from = stages[0].Level;
            var e = new ExponentialStep(solvedFor, from, step.To, Eta);
            x = LinearCombination.Of([(e.State, start), .. Weights(stages, e, step.To.Lambda - from.Lambda)]);
            if (Eta == 0) continue;
            beforeNoise = x;
            x = LinearCombination.Of((1, x), (e.Deviation, context.DrawNoise(x, from, step.To)));
        }

        return x;
    }

    /// <summary>The number of each stop within its step: 1, 2, 3, 1, 2, 3, ..; the end as diffusers has it.</summary>
    private int[] Orders(TimeGrid grid, int steps)
    {
        bool clean = grid.Steps[^1].To.IsClean;
        int[] orders = [.. Enumerable.Range(0, steps).Select(i => i % order + 1)];
        if ((LowerOrderEnd || clean || steps % order != 0) && order > 1)
        {
            int[] end = (order, steps % order) switch
            {
                (2, 0) => [1, 1],
                (3, 0) => [1, 2, 1],
                (3, 2) => [1, 2],
                _ => [1],
            };
            end.AsSpan(Math.Max(end.Length - steps, 0)).CopyTo(orders.AsSpan(Math.Max(steps - end.Length, 0)));
        }

        if (clean) orders[^1] = 1;
        return orders;
    }

    /// <summary>What each stage weighs: First m + Slope d1 + Curvature d2 at the beginning of the step.</summary>
    private IEnumerable<(double C, Tensor M)> Weights(List<(Tensor M, Level Level)> stages, ExponentialStep e, double h)
    {
        double From(int stage) => (stages[stage].Level.Lambda - stages[0].Level.Lambda) / h;
        double[] c = [e.First];
        if (stages.Count == 2)
        {
            double slope = e.SlopeBy(weight) / From(1);
            c = [e.First - slope, slope];
        }
        else if (stages.Count == 3)
        {
            // d1 and d2 from p = (m1 - m0) / r1 and q = (m2 - m0) / r2
            double r1 = From(1), r2 = From(2);
            bool both = weight == DifferenceWeight.Heun;
            double p = both ? (e.Slope * r2 - 2 * e.Curvature) / (r2 - r1) : 0;
            double q = both ? (-e.Slope * r1 + 2 * e.Curvature) / (r2 - r1) : e.Slope;
            c = [e.First - p / r1 - q / r2, p / r1, q / r2];
        }

        return stages.Select((stage, i) => (c[i], stage.M));
    }
}
