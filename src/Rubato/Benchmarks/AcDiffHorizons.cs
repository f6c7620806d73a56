using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>
/// The steps of each condition. Rules that look at laws are set so that these conditions take the budget in the mean: a
/// row costs what the fixed ones cost, to the step. That looks at no error of a row.
/// </summary>
/// <param name="estimated">What the model foresees of each condition.</param>
/// <param name="measured">What was measured of each sample; empty where nothing was.</param>
internal sealed class AcDiffHorizons(IReadOnlyList<ErrorLaw> estimated, IReadOnlyList<ErrorLaw> measured)
{
    private const int Digits = 6;   // that are the same on every machine

    /// <summary>Steps by condition; their mean is the budget.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="budget">Their mean.</param>
    public int[] For(HorizonSource source, int budget) => source switch
    {
        HorizonSource.Fixed => [.. Enumerable.Repeat(budget, estimated.Count)],
        HorizonSource.Estimated => ByRule(estimated, budget, HorizonRule.Budget),
        HorizonSource.Tolerance => ByRule(estimated, budget, HorizonRule.SameError),
        HorizonSource.Dealt => Dealt(ByRule(estimated, budget, HorizonRule.Budget)),
        HorizonSource.Measured => ByRule(measured, budget, HorizonRule.Budget),
        _ => throw new InvalidOperationException($"{source} is no source of horizons."),
    };

    private static int[] ByRule(IReadOnlyList<ErrorLaw> laws, int budget, Func<double, IReadOnlyList<ErrorLaw>, HorizonRule> ruleOf)
    {
        HorizonRule rule = ruleOf(budget, laws);
        int[] steps = [.. laws.Select(rule.HorizonOf)];
        // Where rounding has not kept the mean, the closest calls go the other way.
        int excess = steps.Sum() - budget * steps.Length, way = Math.Sign(excess);
        double[] roundedUp = [.. steps.Zip(laws, (count, law) => way * Math.Round(count - rule.StepsOf(law), Digits))];
        int[] closest = [.. Enumerable.Range(0, steps.Length).Where(i => steps[i] - way is >= HorizonRule.Fewest and <= HorizonRule.Most)
            .OrderByDescending(i => roundedUp[i]).Take(Math.Abs(excess))];
        foreach (int i in closest) steps[i] -= way;
        return steps;
    }

    /// <summary>The same steps, each for another condition.</summary>
    private static int[] Dealt(int[] steps) => [.. Statistics.Derangement(steps.Length).Select(from => steps[from])];
}
