using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>How a derivative by lambda is estimated.</summary>
/// <param name="Order">Which derivative, from 1 up.</param>
/// <param name="Points">
/// Earlier evaluations, counted from the end: -1 is the newest. As many are fitted exactly. Different from where the step starts.
/// </param>
/// <param name="Relaxation">c of the factor 1 + c h.</param>
public sealed record DerivativeEstimate(int Order, IReadOnlyList<int> Points, double Relaxation = 0);

/// <summary>What is chosen for one step.</summary>
/// <param name="SolvedFor">Which estimate is expanded.</param>
/// <param name="Derivatives">The terms of its Taylor expansion beyond the first.</param>
public sealed record StepChoice(SolvedFor SolvedFor, params IReadOnlyList<DerivativeEstimate> Derivatives)
{
    /// <summary>
    /// The expansion by which the step is done again once the network was asked where it led; null for none. What the network
    /// said there is kept for the next step.
    /// </summary>
    public IReadOnlyList<DerivativeEstimate>? Corrector { get; init; }
}

/// <summary>
/// Any exponential multistep method, chosen step by step: USF, Liu et al. 2023, arXiv:2312.07243. DPM-Solver, DEIS and UniPC
/// are points of this space.
/// </summary>
/// <param name="choices">One for each step of the grid; the last serves those beyond.</param>
public sealed class UnifiedSolver(IReadOnlyList<StepChoice> choices) : ISolver
{
    /// <summary>What takes the place of the network at the first level; null for the network itself.</summary>
    public Func<Tensor, Level, Prediction>? First { get; init; }

    /// <summary>A first answer that takes the start state for noise alone.</summary>
    public static Prediction NoiseAlone(Tensor x, Level level) => new(x, x, level, Parameterisation.Noise, 1, limit: null);

    /// <summary>A first answer that takes the mean of the training pictures for the clean sample.</summary>
    /// <param name="mean">In the shape of the state.</param>
    public static Func<Tensor, Level, Prediction> DataAlone(Tensor mean)
        => (x, level) => new Prediction(x, mean, level, Parameterisation.Data, 1, limit: null);

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<Point>();   // oldest first
        int longest = choices.Max(Reach);
        foreach (Step step in grid.Steps)
        {
            Prediction p = First is not null && step.Index == 0 ? First(x, step.From)
                : await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            x = Push(x, p, step.Index - 1);
            x = Expand(past, past.Count - 1, step.To, Choice(step.Index).SolvedFor, Choice(step.Index).Derivatives);
        }

        Step last = grid.Steps[^1];
        return Choice(last.Index).Corrector is null || last.To.IsClean ? x
            : Push(x, await denoiser.PredictAsync(x, last.End).ConfigureAwait(false), last.Index);

        StepChoice Choice(int index) => choices[Math.Min(index, choices.Count - 1)];

        // What was evaluated stands in the history beside the corrected state.
        Tensor Push(Tensor predicted, Prediction p, int before)
        {
            past.Add(new Point(p.Level, predicted, p.Data, p.NoiseOfData));
            if (before >= 0 && Choice(before) is { Corrector: { } corrector } choice)
                past[^1] = past[^1] with { X = Expand(past, past.Count - 2, p.Level, choice.SolvedFor, corrector) };
            if (past.Count > longest) past.RemoveAt(0);
            return past[^1].X;
        }
    }

    private static int Reach(StepChoice choice) => 1 + choice.Derivatives.Concat(choice.Corrector ?? [])
        .SelectMany(derivative => derivative.Points).Select(point => -point).DefaultIfEmpty(1).Max();

    /// <summary>The Taylor expansion from one point of the history.</summary>
    private static Tensor Expand(
        List<Point> past, int start, Level to, SolvedFor solvedFor, IReadOnlyList<DerivativeEstimate> derivatives)
    {
        Point from = past[start];
        var e = new ExponentialStep(solvedFor, from.Level, to);
        double h = to.Lambda - from.Level.Lambda;
        double[] c = new double[past.Count];
        c[start] = e.First;
        foreach (DerivativeEstimate derivative in to.IsClean ? [] : derivatives)   // none reaches lambda = infinity
        {
            // sum_j a_j d_j^r / r! = [r = order] for as many powers as there are points; D = sum_j a_j (m_j - m)
            int[] at = [.. derivative.Points.Select(point => past.Count + point)];
            double[] d = [.. at.Select(j => past[j].Level.Lambda - from.Level.Lambda)], right = new double[at.Length];
            right[derivative.Order - 1] = Enumerable.Range(1, derivative.Order).Aggregate(1.0, (product, k) => product * k);
            double[] a = Vandermonde.Solve(d, right);
            double factor = e.Term(derivative.Order) * Math.Pow(h, derivative.Order) * (1 + derivative.Relaxation * h);
            for (int j = 0; j < at.Length; j++)
            {
                c[at[j]] += factor * a[j] / d[j];
                c[start] -= factor * a[j] / d[j];
            }
        }

        return LinearCombination.Of([(e.State, from.X), .. past.Select((point, j) => (c[j], point.Of(solvedFor)))]);
    }

    private sealed record Point(Level Level, Tensor X, Tensor Data, Tensor Noise)
    {
        public Tensor Of(SolvedFor solvedFor) => solvedFor == SolvedFor.Data ? Data : Noise;
    }
}
