using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// SA-Solver: stochastic Adams, a predictor and a corrector over one noise, one evaluation a step. Xue et al. 2023,
/// arXiv:2309.05019, algorithm 1.
/// </summary>
/// <param name="predictorOrder">1 up; 2 with much guidance, 3 without.</param>
/// <param name="correctorOrder">1 up, or 0 for none; 2 with much guidance, 4 without.</param>
/// <param name="solvedFor">Which estimate is taken to be smooth.</param>
public sealed class SaSolver(int predictorOrder = 2, int correctorOrder = 2, SolvedFor solvedFor = SolvedFor.Data) : ISolver
{
    /// <summary>tau: how stochastic a step is, 0 the ODE, 1 the SDE. Ours, for any grid: 1 within its middle three fifths.</summary>
    public Func<Step, TimeGrid, double> Tau { get; init; } = (step, grid)
        => (double)step.Index / grid.Steps.Count is >= 0.2 and <= 0.8 ? 1 : 0;

    /// <summary>
    /// Whether order 2 in data prediction has the integrals of the paper. The published code and diffusers have other weights
    /// there, of the same order; they are what a person who names them expects.
    /// </summary>
    public bool ExactIntegrals { get; init; }

    /// <summary>Whether the last steps have no more order than steps are left.</summary>
    public bool LowerOrderEnd { get; init; } = true;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor M, double Lambda)>();   // newest first
        int most = Math.Max(predictorOrder, correctorOrder - 1), steps = grid.Steps.Count;
        (Tensor X, Step Step, double Tau, Tensor Noise, int Order)? before = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            past.Insert(0, (ExponentialStep.Estimate(solvedFor, p), step.From.Lambda));
            if (past.Count > most + 1) past.RemoveAt(most + 1);
            if (before is { Order: > 0 } last)
                x = Advance(last.X, last.Step, last.Tau, last.Noise, past.Take(last.Order), correction: true);
            int done = Math.Min(step.Index, most), left = LowerOrderEnd ? steps - step.Index : int.MaxValue - 1;
            double tau = Tau(step, grid);
            Tensor noise = context.DrawNoise(x, step.From, step.To);
            before = (x, step, tau, noise, Math.Min(Math.Min(correctorOrder, left + 1), done + 2));
            x = Advance(x, step, tau, noise, past.Take(Math.Min(Math.Min(predictorOrder, left), done + 1)), correction: false);
        }

        return x;
    }

    /// <summary>Over the step, with the polynomial through the given estimates.</summary>
    private Tensor Advance(
        Tensor x, Step step, double tau, Tensor noise, IEnumerable<(Tensor M, double Lambda)> past, bool correction)
    {
        (Tensor M, double Lambda)[] nodes = [.. past];
        (Level from, Level to) = (step.From, step.To);
        if (to.IsClean) return LinearCombination.Of((to.Alpha, nodes[0].M));
        double h = to.Lambda - from.Lambda, q = 1 + tau * tau;
        bool data = solvedFor == SolvedFor.Data;
        double[] c = Lagrange.Integrals([.. nodes.Select(node => node.Lambda)], from.Lambda, to.Lambda, data ? q : -1);
        if (!ExactIntegrals && data && nodes.Length == 2 && h != 0)
        {
            // the reference's own weights of order 2, which agree with the integrals to second order
            double g = (h * q + double.ExpM1(-q * h)) / (q * q);
            double shift = correction ? h / 2 - g / h : (h * h / 2 - g) / (nodes[0].Lambda - nodes[1].Lambda);
            c = [c[0] + shift, c[1] - shift];
        }

        double kept = data ? Math.Exp(-tau * tau * h) * to.Sigma / from.Sigma : to.Alpha / from.Alpha;
        double factor = data ? q * to.Alpha : -q * to.Sigma;
        double deviation = data ? to.Sigma * Math.Sqrt(-double.ExpM1(-2 * tau * tau * h))
            : tau * to.Sigma * Math.Sqrt(double.ExpM1(2 * h));
        return LinearCombination.Of([(kept, x), .. nodes.Select((node, i) => (factor * c[i], node.M)), (deviation, noise)]);
    }
}
