using Rubato.Pipelines;
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

    /// <summary>Measures the curves of conditions.</summary>
    public static async Task<AcDiffCurves> MeasureAsync(
        AcDiffRuns runs, Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions)
    {
        var whole = new WholeState(parts.Network.SampleShape.Elements);
        SolverRun[] reference = await runs.RunAsync(conditions, AcDiffRow.Ladder, Same(plan.RungReference), whole).ConfigureAwait(false);
        var error = new ErrorToReference(reference, $"ddim, {plan.RungReference} steps, {AcDiffRow.Ladder.Schedule}", parts.Range);
        double[][] curves = [.. conditions.Select(_ => new double[plan.Rungs.Count])];
        foreach ((int rung, int steps) in plan.Rungs.Index())
        {
            SolverRun[] made = await runs.RunAsync(conditions, AcDiffRow.Ladder, Same(steps), error).ConfigureAwait(false);
            for (int i = 0; i < made.Length; i++) curves[i][rung] = Math.Log(Math.Max(made[i].Values[0], Smallest) / HorizonLadder.Seen(steps, plan.RungReference));
        }

        return new AcDiffCurves(curves, [.. curves.Select(curve => ErrorLaw.Fit(plan.Rungs, curve))]);

        int[] Same(int steps) => [.. Enumerable.Repeat(steps, conditions.Count)];
    }
}
