using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>
/// Whether horizons are worth their steps: mean measured errors at the same mean number of steps. Errors are not whole steps' but
/// interpolated, so that costs are equal exactly.
/// </summary>
/// <param name="Budget">Mean steps.</param>
/// <param name="Error">With the horizons.</param>
/// <param name="Fixed">With as many steps for every condition: the hard control, since errors are convex in the steps.</param>
/// <param name="Dealt">With the same horizons dealt to the conditions at random: the mean over all ways to.</param>
internal readonly record struct HorizonCheck(double Budget, double Error, double Fixed, double Dealt)
{
    /// <summary>Checks.</summary>
    /// <param name="budget">Mean steps.</param>
    /// <param name="laws">What is foreseen of each condition; the rule is set so that these take the budget.</param>
    /// <param name="curves">What was measured of each: ln d of every noise, by <see cref="HorizonLadder.Steps"/>.</param>
    public static HorizonCheck Of(double budget, IReadOnlyList<ErrorLaw> laws, IReadOnlyList<double[][]> curves)
    {
        var rule = HorizonRule.Budget(budget, laws);
        double[] horizons = [.. laws.Select(rule.StepsOf)];
        MeasuredCurve[][] measured = [.. curves.Select(some => (MeasuredCurve[])[.. some.Select(curve => new MeasuredCurve(curve))])];
        return new HorizonCheck(budget,
            measured.Zip(horizons, ErrorAt).Average(),
            measured.Average(some => ErrorAt(some, budget)),
            measured.Average(some => horizons.Average(steps => ErrorAt(some, steps))));

        static double ErrorAt(MeasuredCurve[] some, double steps) => some.Average(curve => Math.Exp(curve.At(steps)));
    }
}

/// <summary>
/// A measured curve at any number of steps: its law, and what is left of it at the rungs, linear in ln N between them and as it
/// is at the ends beyond them.
/// </summary>
internal sealed class MeasuredCurve
{
    private readonly ErrorLaw _law;
    private readonly double[] _left;

    /// <param name="logErrors">ln d by <see cref="HorizonLadder.Steps"/>.</param>
    public MeasuredCurve(double[] logErrors)
    {
        _law = ErrorLaw.Fit(HorizonLadder.Steps, logErrors);
        _left = [.. logErrors.Zip(HorizonLadder.Steps, (error, steps) => error - _law.At(steps))];
    }

    /// <summary>ln d at a number of steps.</summary>
    public double At(double steps)
    {
        IReadOnlyList<int> rungs = HorizonLadder.Steps;
        double inside = Math.Clamp(steps, rungs[0], rungs[^1]);
        int low = 0;
        while (low + 2 < rungs.Count && rungs[low + 1] <= inside) low++;
        double share = Math.Log(inside / rungs[low]) / Math.Log((double)rungs[low + 1] / rungs[low]);
        return _law.At(steps) + _left[low] + share * (_left[low + 1] - _left[low]);
    }
}
