using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>UniPC's B(h): two functions that agree to first order.</summary>
public enum UniPcVariant
{
    /// <summary>B(h) = h; better for few steps without guidance.</summary>
    Bh1,

    /// <summary>B(h) = e^h - 1.</summary>
    Bh2,
}

/// <summary>
/// UniPC: a multistep predictor, and a corrector that uses the next step's evaluation, one a step in all. Zhao et al. 2023,
/// arXiv:2302.04867, algorithms 1 and 2.
/// </summary>
/// <param name="order">Of the predictor, 1 up; with the corrector one more.</param>
/// <param name="variant">B(h).</param>
/// <param name="solvedFor">Which estimate is taken to be smooth.</param>
public sealed class UniPc(int order = 2, UniPcVariant variant = UniPcVariant.Bh2, SolvedFor solvedFor = SolvedFor.Data) : ISolver
{
    /// <summary>Whether the last steps have no more order than steps are left.</summary>
    public bool LowerOrderEnd { get; init; } = true;

    /// <summary>Steps whose result is not corrected.</summary>
    public IReadOnlyCollection<int> Uncorrected { get; init; } = [];

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor M, double Lambda)>();   // newest first
        (Tensor X, Step Step, int Order)? before = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            Tensor m = ExponentialStep.Estimate(solvedFor, p);
            if (before is { } last && !Uncorrected.Contains(last.Step.Index)) x = Advance(last.X, last.Step, past, last.Order, m);
            past.Insert(0, (m, step.From.Lambda));   // as it was predicted, not corrected
            if (past.Count > order) past.RemoveAt(order);
            int left = LowerOrderEnd ? grid.Steps.Count - step.Index : order;
            // to lambda = infinity, and over no length, there is nothing beyond first order
            int used = step.To.IsClean || step.To.Lambda == step.From.Lambda ? 1 : Math.Min(left, past.Count);
            before = (x, step, used);
            x = Advance(x, step, past, used, corrected: null);
        }

        return x;
    }

    /// <summary>A step with the estimates of the past, and for the corrector that of where the predictor led.</summary>
    private Tensor Advance(Tensor x, Step step, List<(Tensor M, double Lambda)> past, int used, Tensor? corrected)
    {
        var e = new ExponentialStep(solvedFor, step.From, step.To);
        double h = step.To.Lambda - step.From.Lambda;
        var others = past.Take(used).Skip(1).Select(entry => (entry.M, R: (entry.Lambda - step.From.Lambda) / h)).ToList();
        if (corrected is not null) others.Add((corrected, 1));
        double[] rho = Weights([.. others.Select(other => other.R)], h);
        // First m0 + First / phi B sum of rho (m - m0) / r; First is -alpha' phi or -sigma' phi
        double z = solvedFor == SolvedFor.Data ? -h : h, b = variant == UniPcVariant.Bh1 ? z / double.ExpM1(z) : 1;
        double[] c = [.. others.Select((other, i) => e.First * b * rho[i] / other.R)];
        return LinearCombination.Of([
            (e.State, x), (e.First - c.Sum(), past[0].M), .. others.Select((other, i) => (c[i], other.M))]);
    }

    /// <summary>rho of the paper: sum_k r_k^{q-1} rho_k = q! z phi_{q+1}(z) / B. A single one is 1/2.</summary>
    private double[] Weights(double[] nodes, double h)
    {
        if (nodes.Length == 1) return [0.5];
        double z = solvedFor == SolvedFor.Data ? -h : h, b = variant == UniPcVariant.Bh1 ? z : double.ExpM1(z), factorial = 1;
        double[] right = new double[nodes.Length];
        for (int q = 1; q <= right.Length; q++) right[q - 1] = (factorial *= q) * z * Phi.Of(q + 1, z) / b;
        return Vandermonde.Solve(nodes, right);
    }
}
