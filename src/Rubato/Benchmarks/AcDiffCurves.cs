using Rubato.Planning;
using Rubato.Training.Horizons;

namespace Rubato.Benchmarks;

/// <summary>
/// The error curves of samples: DDIM on the model's schedules for a ladder of steps, to its own long run from the same noise.
/// What the model's horizons were fitted to, but of these very samples: as if the long run had no error.
/// </summary>
/// <param name="LogErrors">ln of the error, by sample and rung.</param>
/// <param name="Laws">The law of each sample.</param>
internal sealed record AcDiffCurves(double[][] LogErrors, ErrorLaw[] Laws)
{
    private const double Smallest = 1e-9;   // a run may be its own reference

    /// <summary>No curve.</summary>
    public static AcDiffCurves None { get; } = new([], []);

    /// <summary>These, then others.</summary>
    public AcDiffCurves Then(AcDiffCurves others) => new([.. LogErrors, .. others.LogErrors], [.. Laws, .. others.Laws]);

    /// <summary>Measures the curves of conditions.</summary>
    public static async Task<AcDiffCurves> MeasureAsync(
        AcDiffRuns runs, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions)
    {
        ErrorToReference error = runs.ErrorTo(conditions, AcDiffRow.Ladder, plan.RungReference);
        double[][] curves = [.. conditions.Select(_ => new double[plan.Rungs.Count])];
        foreach ((int rung, int steps) in plan.Rungs.Index())
        {
            int[] same = [.. Enumerable.Repeat(steps, conditions.Count)];
            MeasuredRow made = await runs.MeasureErrorsAsync(conditions, AcDiffRow.Ladder, same, error).ConfigureAwait(false);
            for (int i = 0; i < same.Length; i++)
                curves[i][rung] = Math.Log(Math.Max(made.Values[i], Smallest) / HorizonLadder.Seen(steps, plan.RungReference));
        }

        return new AcDiffCurves(curves, [.. curves.Select(curve => ErrorLaw.Fit(plan.Rungs, curve))]);
    }
}
