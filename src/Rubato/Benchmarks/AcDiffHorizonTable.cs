using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>The section of horizons: what the model estimates, and whether it foresees what is measured.</summary>
internal static class AcDiffHorizonTable
{
    /// <summary>A point for each budget.</summary>
    public static IReadOnlyList<AcDiffHorizonPoint> Of(
        Diffuser parts, AcDiffPlan plan, IReadOnlyList<AcDiffCondition> conditions, ErrorLaw[] laws, AcDiffCurves curves)
    {
        var horizons = new AcDiffHorizons(laws, []);
        return [.. plan.Budgets.Select(budget => Of(budget, horizons.For(HorizonSource.Estimated, budget)))];

        AcDiffHorizonPoint Of(int budget, int[] steps)
        {
            HorizonRule own = parts.Horizons!.RuleOf(budget);
            int rung = plan.Rungs.Index().MinBy(rung => Math.Abs(Math.Log((double)rung.Item / budget))).Index;
            return new AcDiffHorizonPoint(
                budget, steps, laws.Average(law => own.HorizonOf(law)),
                [.. parts.Classes.Select((_, label) => Mean([.. steps.Where((_, i) => conditions[i].Class == label)]))],
                RankCorrelation.Of(
                    [.. steps.Select(count => (double)count)], [.. conditions.Select(condition => condition.Sketch.Density)]),
                plan.Rungs[rung],
                RankCorrelation.Of(
                    [.. laws.Select(law => law.At(plan.Rungs[rung]))], [.. conditions.Select((_, i) => curves.LogErrors[i][rung])]));
        }

        static double Mean(int[] steps) => steps.Length == 0 ? double.NaN : steps.Average();
    }
}
