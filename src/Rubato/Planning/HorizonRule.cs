namespace Rubato.Planning;

/// <summary>
/// From error laws to numbers of steps. Part of the reconstruction of AC-Diff's horizons (arXiv:2411.15199): the paper does not
/// say how its module gets its targets.
/// </summary>
internal sealed class HorizonRule
{
    /// <summary>The fewest and the most steps of a horizon.</summary>
    public const int Fewest = 4, Most = 1000;

    private const int Halvings = 100;

    private readonly Func<ErrorLaw, double> _steps;

    private HorizonRule(Func<ErrorLaw, double> steps) => _steps = steps;

    /// <summary>
    /// The least mean error at a mean number of steps: T = (p a / m)^(1 / (p + 1)) for each, where m is such that the mean over
    /// a set of conditions is the budget.
    /// </summary>
    /// <param name="budget">Mean steps, from 4 to 1000.</param>
    /// <param name="conditions">Laws of the conditions that the mean is taken over, at least one.</param>
    public static HorizonRule Budget(double budget, IReadOnlyList<ErrorLaw> conditions)
        => WithMean(budget, conditions, (law, logMultiplier) =>
        {
            (double logA, double p) = law.Near(budget);   // the law is taken where it will be used: around the budget
            return Math.Exp((Math.Log(p) + logA - logMultiplier) / (p + 1));
        });

    /// <summary>The same error for all, as their laws have it, at a mean number of steps.</summary>
    /// <param name="budget">Mean steps, from 4 to 1000.</param>
    /// <param name="conditions">Laws of the conditions that the mean is taken over, at least one.</param>
    public static HorizonRule SameError(double budget, IReadOnlyList<ErrorLaw> conditions)
        => WithMean(budget, conditions, (law, logError) => law.StepsTo(logError));

    /// <summary>As many steps as bring the error of a request to a size, as its law has it.</summary>
    /// <param name="error">Root mean square in a range of -1 to 1, above 0.</param>
    public static HorizonRule Tolerance(double error)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(error);
        return new HorizonRule(law => Clamped(law.StepsTo(Math.Log(error))));
    }

    /// <summary>The horizon of a condition before it is made whole, from 4 to 1000.</summary>
    public double StepsOf(ErrorLaw law) => _steps(law);

    /// <summary>The horizon of a condition.</summary>
    /// <returns>From 4 to 1000; the same on every machine, since ln T is rounded to 1e-6 first.</returns>
    public int HorizonOf(ErrorLaw law) => (int)Math.Round(Math.Exp(Math.Round(Math.Log(_steps(law)), 6)));

    /// <summary>Steps that fall as a number rises, which is found so that their mean over conditions is the budget.</summary>
    private static HorizonRule WithMean(double budget, IReadOnlyList<ErrorLaw> conditions, Func<ErrorLaw, double, double> stepsOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, Fewest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(budget, Most);
        ArgumentOutOfRangeException.ThrowIfZero(conditions.Count);
        double low = -100, high = 100;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (conditions.Average(law => Clamped(stepsOf(law, middle))) > budget) low = middle;
            else high = middle;
        }

        double found = (low + high) / 2;
        return new HorizonRule(law => Clamped(stepsOf(law, found)));
    }

    private static double Clamped(double steps) => Math.Clamp(steps, Fewest, Most);
}
