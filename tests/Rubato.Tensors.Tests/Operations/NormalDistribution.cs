namespace Rubato.Tensors.Tests.Operations;

/// <summary>The normal distribution in float64, by series that converge for the arguments of tests.</summary>
internal static class NormalDistribution
{
    /// <summary>Phi(x): 1/2 plus the density times x + x^3/3 + x^5/(3 5) + ...; the positive terms lose nothing up to |x| = 8.</summary>
    public static double Below(double x)
    {
        double term = x, sum = x;
        for (int n = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
