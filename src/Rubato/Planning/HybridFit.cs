using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using Rubato.Processes;

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
    private const int Decimals = 5;   // of what is fitted: more change no error in its sixth digit

    /// <summary>The numbers of steps that tables are fitted for: middles of octaves, and both ends of what is sampled with.</summary>
    public static readonly IReadOnlyList<int> Horizons = [5, 10, 20, 40, 80, 160, 320, 1000];

    /// <summary>
    /// Where the simplex starts: logarithms of the weights of cosine, Karras and flow as parts of that of linear, and ln(gamma).
    /// Near the linear schedule, and at both ends of the valley where minima lie: cosine and flow are much alike, and Karras
    /// stands beside one or the other.
    /// </summary>
    private static readonly double[][] Starts = [[-2, -2, -2, 0], [2, 2, 0, 0], [0, 2, 2, 0]];

    private static readonly double[] FirstMoves = [1, 1, 1, 0.2];

    /// <summary>The tables of data of a spectrum.</summary>
    /// <param name="variances">Of the data along its principal axes.</param>
    /// <param name="process">Its first and last training step are the ends of every schedule.</param>
    /// <param name="fitted">Called with each schedule, two for each of <see cref="Horizons"/>.</param>
    /// <exception cref="ArgumentException">The variances are not finite, below 0 or all 0.</exception>
    public static HybridTables Tables(IReadOnlyList<double> variances, VariancePreserving process, Action<FittedSchedule>? fitted = null)
    {
        var data = new GaussianSurrogate(variances);
        double first = -Math.Log(process.Kappa(0)), last = -Math.Log(process.Kappa(process.Steps - 1));
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
        MinimizationResult best = Starts.Select(Minimise).MinBy(result => result.FunctionInfoAtMinimum.Value)!;
        HybridSchedule schedule = Rounded(ScheduleAt(best.MinimizingPoint));
        return new FittedSchedule(kind, steps, schedule, data.Error(schedule.AlphaBar(steps, first, last), kind));

        MinimizationResult Minimise(double[] start) => NelderMeadSimplex.Minimum(
            error, Vector<double>.Build.DenseOfArray(start), Vector<double>.Build.DenseOfArray(FirstMoves), Tolerance, MostEvaluations);
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

    /// <summary>Weights that went towards 0 become 0; the largest makes up for what rounding takes from the sum.</summary>
    private static HybridSchedule Rounded(HybridSchedule schedule)
    {
        double[] weights = [.. new[] { schedule.Linear, schedule.Cosine, schedule.Karras, schedule.Flow }
            .Select(weight => Math.Round(weight, Decimals))];
        int largest = Array.IndexOf(weights, weights.Max());
        weights[largest] = Math.Round(1 - (weights.Sum() - weights[largest]), Decimals);
        return new HybridSchedule(weights[0], weights[1], weights[2], weights[3], Math.Round(schedule.Gamma, Decimals));
    }
}
