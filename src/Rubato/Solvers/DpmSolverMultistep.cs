using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>What a third-order step makes of the second derivative of its estimates.</summary>
public enum SecondDerivative
{
    /// <summary>
    /// Half of it, as every reference does: the order is 2 in truth. It is what a person who names them expects, and below 20
    /// steps it is not worse.
    /// </summary>
    Half,

    /// <summary>All of it: order 3.</summary>
    Full,

    /// <summary>Half of it, and a constant beside: diffusers' stochastic form.</summary>
    Shifted,
}

/// <summary>
/// DPM-Solver and DPM-Solver++ in their multistep forms, of order 1 to 3, one evaluation a step. Lu et al. 2022,
/// arXiv:2206.00927 and arXiv:2211.01095, algorithm 2; upwards in noise it is their inverse.
/// </summary>
/// <param name="order">1 to 3; the first steps have fewer.</param>
/// <param name="solvedFor">Data is DPM-Solver++, noise DPM-Solver.</param>
/// <param name="weight">Of the difference in a step of order 2.</param>
public sealed class DpmSolverMultistep(
    int order = 2, SolvedFor solvedFor = SolvedFor.Data, DifferenceWeight weight = DifferenceWeight.Midpoint) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates { get; init; }

    /// <summary>How stochastic: 0 the ODE, 1 the SDE (sde-dpmsolver++); for noise these two alone.</summary>
    public double Eta { get; init; }

    /// <summary>Standard deviation of the noise of a stochastic step, relative to the exact one.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>Whether the last two steps have order 2 and 1 (lower_order_final with few steps).</summary>
    public bool LowerOrderEnd { get; init; }

    /// <summary>Whether the last step has order 1; one to the clean level always has.</summary>
    public bool EulerEnd { get; init; }

    /// <summary>What order 3 makes of the second derivative.</summary>
    public SecondDerivative Second { get; init; }

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor M, double Lambda)>();   // newest first
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            past.Insert(0, (ExponentialStep.Estimate(solvedFor, p), step.From.Lambda));
            if (past.Count > order) past.RemoveAt(order);
            var e = new ExponentialStep(solvedFor, step.From, step.To, Eta);
            x = LinearCombination.Of([(e.State, x), .. Weights(past, e, step, grid.Steps.Count)]);
            if (Eta == 0) continue;
            beforeNoise = x;
            x = LinearCombination.Of((1, x), (NoiseScale * e.Deviation, context.DrawNoise(x, step.From, step.To)));
        }

        return x;
    }

    private int OrderOf(Step step, int steps)
    {
        int left = steps - step.Index;
        // A step to lambda = infinity is first order, differences have no meaning there; nor in one of no length.
        if (step.To.IsClean || step.To.Lambda == step.From.Lambda || (left == 1 && (EulerEnd || LowerOrderEnd))) return 1;
        return left == 2 && LowerOrderEnd ? Math.Min(order, 2) : order;
    }

    /// <summary>What each estimate of the past weighs: First m0 + Slope d1 + Curvature d2, d1 and d2 from divided differences.</summary>
    private IEnumerable<(double C, Tensor M)> Weights(List<(Tensor M, double Lambda)> past, ExponentialStep e, Step step, int steps)
    {
        double h = step.To.Lambda - step.From.Lambda;
        double[] c = [e.First, 0, 0];
        int used = Math.Min(past.Count, OrderOf(step, steps));
        if (used == 2)
        {
            double slope = e.SlopeBy(weight) * h / (past[0].Lambda - past[1].Lambda);
            c = [e.First + slope, -slope, 0];
        }
        else if (used == 3)
        {
            double r0 = (past[0].Lambda - past[1].Lambda) / h, r1 = (past[1].Lambda - past[2].Lambda) / h;
            // d1 = D0 + r0 / (r0 + r1) (D0 - D1), d2 = (D0 - D1) / (r0 + r1) with D0 = (m0 - m1) / r0, D1 = (m1 - m2) / r1
            double curvature = Second switch
            {
                SecondDerivative.Full => 2 * e.Curvature,
                SecondDerivative.Shifted => e.Curvature - step.To.Alpha,
                _ => e.Curvature,
            };
            double difference = (e.Slope * r0 + curvature) / (r0 + r1), first = (e.Slope + difference) / r0, second = difference / r1;
            c = [e.First + first, -first - second, second];
        }

        return past.Take(used).Select((entry, i) => (c[i], entry.M));
    }
}
