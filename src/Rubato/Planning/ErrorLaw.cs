namespace Rubato.Planning;

/// <summary>
/// How far a trajectory of N steps ends from the exact one: ln d(N) = level - order s + bend s^2, s = ln(N / 28). With no bend it
/// is the power law d = a N^-p of one-step solvers; the bend is for what falls faster, or slower, the more steps there are. Part
/// of the reconstruction of AC-Diff's horizons (arXiv:2411.15199), which the paper leaves open.
/// </summary>
/// <param name="Level">ln d at 28 steps.</param>
/// <param name="Order">p at 28 steps.</param>
/// <param name="Bend">How the slope changes.</param>
internal readonly record struct ErrorLaw(double Level, double Order, double Bend)
{
    /// <summary>The middle of the numbers of steps that laws are measured at.</summary>
    public const double Centre = 28;

    // A law that says otherwise was misled by noise: more steps are never worse.
    private const double LeastOrder = 0.25;

    /// <summary>ln d at a number of steps.</summary>
    public double At(double steps)
    {
        double s = Math.Log(steps / Centre);
        return Level - Order * s + Bend * s * s;
    }

    /// <summary>The power law d = a N^-p that touches it at a number of steps.</summary>
    /// <returns>ln a and p, which is at least 0.25.</returns>
    public (double LogA, double P) Near(double steps)
    {
        double p = Math.Max(LeastOrder, Order - 2 * Bend * Math.Log(steps / Centre));
        return (At(steps) + p * Math.Log(steps), p);
    }

    /// <summary>The number of steps at which the error has come down to a size.</summary>
    /// <param name="logError">ln d</param>
    /// <returns>Above 0, not whole. Where the law would fall more slowly than N^-0.25, or rise, N^-0.25 goes on from there.</returns>
    public double StepsTo(double logError)
    {
        double above = Level - logError;
        if (Bend == 0) return Centre * Math.Exp(above / Math.Max(LeastOrder, Order));
        // A law that bends up is too flat to the right of this place, one that bends down to its left.
        double s = (Order - LeastOrder) / (2 * Bend), there = above - Order * s + Bend * s * s;
        s = Math.Sign(Bend) * there > 0 ? s + there / LeastOrder
            : 2 * above / (Order + Math.Sqrt(Order * Order - 4 * Bend * above));   // the falling branch, in the form that does not cancel
        return Centre * Math.Exp(s);
    }

    /// <summary>The law of measured errors, by least squares.</summary>
    /// <param name="steps">At least three numbers of steps.</param>
    /// <param name="logErrors">ln d at each.</param>
    public static ErrorLaw Fit(IReadOnlyList<int> steps, IReadOnlyList<double> logErrors)
    {
        double[] s = [.. steps.Select(n => Math.Log(n / Centre))];
        double[] found = MathNet.Numerics.Fit.Polynomial(s, [.. logErrors], order: 2);
        return new ErrorLaw(found[0], -found[1], found[2]);
    }
}
