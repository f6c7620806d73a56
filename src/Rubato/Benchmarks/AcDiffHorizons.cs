using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>
/// The steps of each condition. Both rules that look at laws are set so that these conditions take the budget in the mean: a
/// row costs what the fixed ones cost. That looks at no error of a row.
/// </summary>
/// <param name="estimated">What the model foresees of each condition.</param>
/// <param name="measured">What was measured of each sample; empty where nothing was.</param>
internal sealed class AcDiffHorizons(IReadOnlyList<ErrorLaw> estimated, IReadOnlyList<ErrorLaw> measured)
{
    /// <summary>Steps by condition.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="budget">Their mean.</param>
    public int[] For(HorizonSource source, int budget) => source switch
    {
        HorizonSource.Fixed => [.. Enumerable.Repeat(budget, estimated.Count)],
        HorizonSource.Estimated => ByRule(estimated, budget),
        HorizonSource.Dealt => Dealt(ByRule(estimated, budget)),
        HorizonSource.Measured => ByRule(measured, budget),
        _ => throw new InvalidOperationException($"{source} is no source of horizons."),
    };

    private static int[] ByRule(IReadOnlyList<ErrorLaw> laws, int budget)
    {
        var rule = HorizonRule.Budget(budget, laws);
        return [.. laws.Select(rule.HorizonOf)];
    }

    /// <summary>The same steps, each for another condition.</summary>
    private static int[] Dealt(int[] steps) => [.. Statistics.Derangement(steps.Length).Select(from => steps[from])];
}
