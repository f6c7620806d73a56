using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>The section of horizons: what the model estimates, and whether it foresees what is measured.</summary>
internal static class AcDiffHorizonTable
{
    private const int Quarters = 4;

    /// <summary>A point for each budget.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="plan">How large the study is.</param>
    /// <param name="conditions">Of errors.</param>
    /// <param name="laws">What the model foresees of each.</param>
    /// <param name="curves">What was measured of each, and maybe of more.</param>
    /// <param name="again">What was measured of each with another noise.</param>
    public static IReadOnlyList<AcDiffHorizonPoint> Of(
        Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, ErrorLaw[] laws, AcDiffCurves curves,
        AcDiffCurves again)
    {
        var horizons = new AcDiffHorizons(laws, []);
        int count = conditions.Count;
        int[] sparsestFirst = [.. Enumerable.Range(0, count).OrderBy(i => conditions[i].Sketch.Density)];
        return [.. plan.Budgets.Select(budget => Of(budget, horizons.For(HorizonSource.Estimated, budget)))];

        AcDiffHorizonPoint Of(int budget, int[] steps)
        {
            HorizonRule own = parts.Horizons!.RuleOf(budget);
            int rung = plan.Rungs.Index().MinBy(rung => Math.Abs(Math.Log((double)rung.Item / budget))).Index;
            double[] first = MeasuredAt(curves, rung), second = MeasuredAt(again, rung);
            return new AcDiffHorizonPoint(
                budget, steps, laws.Average(law => own.HorizonOf(law)),
                [.. parts.Classes.Select((_, label) => steps.Where((_, i) => conditions[i].Class == label).ToArray())],
                [.. Enumerable.Range(0, Quarters).Select(quarter => sparsestFirst[(quarter * count / Quarters)..((quarter + 1) * count / Quarters)]
                    .Select(i => steps[i]).ToArray())],
                RankCorrelation.Of(
                    [.. steps.Select(count => (double)count)], [.. conditions.Select(condition => condition.Sketch.Density)]),
                plan.Rungs[rung],
                RankCorrelation.Of(
                    [.. laws.Select(law => law.At(plan.Rungs[rung]))], [.. first.Zip(second, (one, other) => (one + other) / 2)]),
                RankCorrelation.Of(first, second));
        }

        double[] MeasuredAt(AcDiffCurves some, int rung) => [.. conditions.Select((_, i) => some.LogErrors[i][rung])];
    }
}
