namespace Rubato.Solvers;

/// <summary>The functions of exponential integrators: phi_1(z) = (e^z - 1) / z, phi_{k+1}(z) = (phi_k(z) - 1/k!) / z.</summary>
internal static class Phi
{
    private const double Near = 1;   // below it the recursion cancels

    /// <summary>phi_k(z), k from 0 up: the integral of e^{(1 - s) z} s^{k-1} / (k-1)! over s from 0 to 1.</summary>
    public static double Of(int k, double z)
    {
        if (Math.Abs(z) < Near) return Series(k, z);
        double phi = k == 0 ? Math.Exp(z) : double.ExpM1(z) / z, factorial = 1;
        for (int j = 1; j < k; j++)
        {
            factorial *= j;
            phi = (phi - 1 / factorial) / z;
        }

        return phi;
    }

    private static double Series(int k, double z)
    {
        double term = 1, sum = 0;
        for (int j = 1; j <= k; j++) term /= j;
        for (int j = k + 1; sum + term != sum; j++)
        {
            sum += term;
            term *= z / j;
        }

        return sum;
    }
}
