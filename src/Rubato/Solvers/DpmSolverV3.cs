using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DPM-Solver-v3: exponential multistep on what is left of the network when the parts that its statistics foretell are taken
/// out. Zheng et al. 2023, arXiv:2310.13268, algorithm 2 and appendix C.
/// </summary>
/// <param name="statistics">Of the model.</param>
/// <param name="order">1 up; 3 without guidance, 2 with it.</param>
public sealed class DpmSolverV3(ModelStatistics statistics, int order = 3) : ISolver
{
    /// <summary>Whether every step but the last is done again with the evaluation of the next; better for few steps.</summary>
    public bool Corrects { get; init; }

    /// <summary>Whether the last steps have no more order than steps are left.</summary>
    public bool LowerOrderEnd { get; init; } = true;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor F, Level Level)>();   // newest first
        (Tensor X, Step Step, int Order)? before = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            // f = (sigma noise - l x) / alpha
            double l = statistics.At(step.From.Lambda).Linear;
            past.Insert(0, (LinearCombination.Of((step.From.Kappa, p.Noise), (-l / step.From.Alpha, x)), step.From));
            if (Corrects && before is { } last) x = Advance(last.X, last.Step, past, 1, last.Order + 1);
            if (past.Count > order + 1) past.RemoveAt(order + 1);
            int used = Math.Min(LowerOrderEnd ? grid.Steps.Count - step.Index : order, Math.Min(past.Count, order));
            before = (x, step, used);
            x = step.To.IsClean ? p.With(x, p.Output, p.Level).Data : Advance(x, step, past, 0, used);
        }

        return x;
    }

    /// <summary>One step from an entry of the past, through it and enough others for an order.</summary>
    private Tensor Advance(Tensor x, Step step, List<(Tensor F, Level Level)> past, int start, int used)
    {
        (Level from, Level to) = (step.From, step.To);
        (double ls, double ss, double bs) = statistics.Integrals(from.Lambda);
        (double lt, _, _) = statistics.Integrals(to.Lambda);
        double[] e = statistics.Moments(from.Lambda, to.Lambda, used, out double shift);
        // g, whose derivative by lambda the statistics make small, at every point as seen from the start
        (Tensor F, Level Level)[] points = [past[start], .. past.Where((_, i) => i != start).Take(used - 1)];
        double[] offsets = new double[points.Length], scales = new double[points.Length], d = new double[points.Length];
        for (int j = 0; j < points.Length; j++)
        {
            (_, double s, double b) = statistics.Integrals(points[j].Level.Lambda);
            (scales[j], offsets[j], d[j]) = (Math.Exp(ss - s), -Math.Exp(ss) * (b - bs), points[j].Level.Lambda - from.Lambda);
        }

        double kept = to.Alpha * Math.Exp(ls - lt), constant = -to.Alpha * Math.Exp(-lt) * shift;
        double[] c = new double[points.Length];
        c[0] = e[0];
        for (int k = 1; k < used; k++)
        {
            double[] right = new double[used - 1];
            right[k - 1] = Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * i);
            double[] a = Vandermonde.Solve(d.AsSpan(1), right);
            for (int j = 1; j < points.Length; j++)
            {
                c[j] += e[k] * a[j - 1] / d[j];
                c[0] -= e[k] * a[j - 1] / d[j];
            }
        }

        for (int j = 0; j < points.Length; j++) constant -= kept * c[j] * offsets[j];
        Tensor moved = LinearCombination.Of([(kept / from.Alpha, x), .. points.Select((point, j) => (-kept * c[j] * scales[j], point.F))]);
        return constant == 0 ? moved : LinearCombination.Of((1, moved), (constant, Tensor.Full(x.Shape, 1).To(x.DType)));
    }
}
