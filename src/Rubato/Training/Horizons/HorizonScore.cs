using Rubato.Benchmarks;
using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>How well errors are foreseen of conditions that nothing was learned from.</summary>
/// <param name="Source">What they are foreseen by, of <see cref="HorizonSources"/>.</param>
/// <param name="Inputs">
/// What the module that learned from the source was shown; null for the source itself, of these very conditions.
/// </param>
/// <param name="Correlation">
/// Spearman's rank correlation of foreseen and measured error at 20 steps; NaN where the foreseen are all the same.
/// </param>
/// <param name="PValue">How likely such a correlation is by chance, two-sided.</param>
/// <param name="Misfit">Root mean square difference of ln d over all rungs.</param>
/// <param name="Checks">Whether its horizons help.</param>
internal sealed record HorizonScore(
    string Source, HorizonInputs? Inputs, double Correlation, double PValue, double Misfit, IReadOnlyList<HorizonCheck> Checks)
{
    private const int ScoredSteps = 20;

    /// <summary>Mean steps that are checked at.</summary>
    public static readonly IReadOnlyList<int> Budgets = [10, 20, 40];

    /// <summary>Scores what is foreseen.</summary>
    /// <param name="source">By what.</param>
    /// <param name="inputs">What it was shown.</param>
    /// <param name="laws">What is foreseen of each condition.</param>
    /// <param name="curves">What was measured of each: ln d of every noise, by <see cref="HorizonLadder.Steps"/>.</param>
    public static HorizonScore Of(string source, HorizonInputs? inputs, IReadOnlyList<ErrorLaw> laws, IReadOnlyList<double[][]> curves)
    {
        int rung = HorizonLadder.Steps.Index().First(steps => steps.Item == ScoredSteps).Index;
        (double correlation, double p) = RankCorrelation.Of(
            [.. laws.Select(law => law.At(ScoredSteps))], [.. curves.Select(some => some.Average(curve => curve[rung]))]);
        double misfit = Math.Sqrt(laws.Zip(curves, (law, some)
            => some.Average(curve => curve.Zip(HorizonLadder.Steps, (d, steps) => Math.Pow(d - law.At(steps), 2)).Average())).Average());
        return new HorizonScore(
            source, inputs, correlation, p, misfit, [.. Budgets.Select(budget => HorizonCheck.Of(budget, laws, curves))]);
    }
}

/// <summary>What came of learning horizons.</summary>
/// <param name="Source">What the model's own module learned from.</param>
/// <param name="Conditions">How many were kept back.</param>
/// <param name="Scores">Of every source, and of modules that learned from it and were shown all or a part of the conditions.</param>
internal sealed record HorizonResult(string Source, int Conditions, IReadOnlyList<HorizonScore> Scores)
{
    /// <summary>That of the model's own module.</summary>
    public HorizonScore Own => Scores.First(score => score.Source == Source && score.Inputs == HorizonInputs.Both);
}
