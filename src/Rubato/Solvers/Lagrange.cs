namespace Rubato.Solvers;

/// <summary>Integrals of polynomials through nodes, which is what linear multistep methods weigh their history with.</summary>
internal static class Lagrange
{
    /// <summary>
    /// The integral of e^{rate (u - to)} l_j(u) over u from <paramref name="from"/> to <paramref name="to"/>, for each
    /// node j: l_j is the polynomial that is 1 there and 0 at the others.
    /// </summary>
    /// <param name="nodes">Different from one another.</param>
    /// <param name="from">Where the integral begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="rate">Of the exponential; 0 for none.</param>
    public static double[] Integrals(ReadOnlySpan<double> nodes, double from, double to, double rate = 0)
    {
        double[] moments = Moments(nodes.Length, to - from, rate);
        double[] integrals = new double[nodes.Length];
        for (int j = 0; j < nodes.Length; j++)
        {
            double[] polynomial = Basis(nodes, j, to);
            for (int k = 0; k < polynomial.Length; k++) integrals[j] += polynomial[k] * moments[k];
        }

        return integrals;
    }

    /// <summary>The integral of e^{rate v} v^k over v from -h to 0, for k from 0 up.</summary>
    private static double[] Moments(int count, double h, double rate)
    {
        double[] moments = new double[count];
        double power = h, factorial = 1;
        for (int k = 0; k < count; k++)
        {
            moments[k] = power * factorial * Math.Exp(-rate * h) * Phi.Of(k + 1, rate * h);
            power *= -h;
            factorial *= k + 1;
        }

        return moments;
    }

    /// <summary>The coefficients of l_j by powers of u - origin.</summary>
    private static double[] Basis(ReadOnlySpan<double> nodes, int j, double origin)
    {
        double[] polynomial = new double[nodes.Length];
        polynomial[0] = 1;
        int degree = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (i == j) continue;
            // times (v - n) / (u_j - u_i)
            double n = nodes[i] - origin, span = nodes[j] - nodes[i];
            degree++;
            for (int k = degree; k >= 0; k--)
                polynomial[k] = ((k > 0 ? polynomial[k - 1] : 0) - n * polynomial[k]) / span;
        }

        return polynomial;
    }
}
