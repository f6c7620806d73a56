using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Rubato.Planning;

/// <summary>A schedule that was just fitted.</summary>
/// <param name="Kind">The kind of sampler.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Schedule">The schedule.</param>
/// <param name="Error">Its relative 2-Wasserstein distance.</param>
internal readonly record struct FittedSchedule(SamplerKind Kind, int Steps, HybridSchedule Schedule, double Error);

/// <summary>
/// Fits hybrid schedules to the covariance of the data: the error of <see cref="GaussianSurrogate"/> is minimised over weights and
/// gamma. Nelder and Mead 1965, "A simplex method for function minimization". Without chance: the same spectrum has the same
/// schedules. Part of the reconstruction of AC-Diff's noise schedules (Xing et al. 2024, arXiv:2411.15199).
/// </summary>
internal static class HybridFit
{
    private const double Tolerance = 1e-7;
    private const int MostEvaluations = 5000;   // 100 to 400 are usual

    /// <summary>The numbers of steps that tables are fitted for: middles of octaves, and both ends of what is sampled with.</summary>
    public static readonly IReadOnlyList<int> Horizons = [5, 10, 20, 40, 80, 160, 320, 1000];

    /// <summary>
    /// Where the simplex starts: logarithms of the weights of cosine, Karras and flow to that of linear, and ln(gamma). The
    /// linear schedule, and the two pairs that share the minimum between them: it lies in a valley that cosine and flow, which
    /// are much alike, hold the two ends of.
    /// </summary>
    private static readonly double[][] Starts = [[-2, -2, -2, 0], [2, 2, 0, 0], [0, 2, 2, 0]];

    private static readonly double[] FirstMoves = [1, 1, 1, 0.2];

    /// <summary>The tables of data of a spectrum.</summary>
    /// <param name="variances">Of the data along its principal axes.</param>
    /// <param name="first">lambda at the data's end of the process.</param>
    /// <param name="last">lambda at its noise's end.</param>
    /// <param name="fitted">Called with each schedule; 16 in all.</param>
    public static HybridTables Tables(IReadOnlyList<double> variances, double first, double last, Action<FittedSchedule>? fitted = null)
    {
        var data = new GaussianSurrogate(variances);
        return new HybridTables(Table(SamplerKind.Ancestral), Table(SamplerKind.Deterministic));

        HybridTable Table(SamplerKind kind) => new([.. Horizons.Select(steps =>
        {
            FittedSchedule best = Best(data, kind, steps, first, last);
            fitted?.Invoke(best);
            return new HybridAnchor(steps, best.Schedule);
        })]);
    }

    /// <summary>The best schedule of a number of steps.</summary>
    /// <param name="data">The data.</param>
    /// <param name="kind">Of the sampler.</param>
    /// <param name="steps">T.</param>
    /// <param name="first">lambda at the data's end of the process.</param>
    /// <param name="last">lambda at its noise's end.</param>
    public static FittedSchedule Best(GaussianSurrogate data, SamplerKind kind, int steps, double first, double last)
    {
        IObjectiveFunction error = ObjectiveFunction.Value(place => data.Error(ScheduleAt(place).AlphaBar(steps, first, last), kind));
        MinimizationResult best = Starts.Select(start => NelderMeadSimplex.Minimum(
            error, Vector<double>.Build.Dense((double[])start.Clone()), Vector<double>.Build.Dense(FirstMoves), Tolerance, MostEvaluations))
            .MinBy(result => result.FunctionInfoAtMinimum.Value)!;
        return new FittedSchedule(kind, steps, ScheduleAt(best.MinimizingPoint), best.FunctionInfoAtMinimum.Value);
    }

    /// <summary>Softmax and exponential: every place is a schedule.</summary>
    private static HybridSchedule ScheduleAt(Vector<double> place)
    {
        double[] logits = [0, place[0], place[1], place[2]];
        double[] weights = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        double total = weights.Sum();
        return new HybridSchedule(weights[0] / total, weights[1] / total, weights[2] / total, weights[3] / total,
            Math.Clamp(Math.Exp(place[3]), HybridSchedule.LeastGamma, HybridSchedule.GreatestGamma));
    }
}
