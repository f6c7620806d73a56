namespace Rubato.Solvers;

/// <summary>The equations of methods that are to be exact for powers.</summary>
internal static class Vandermonde
{
    /// <summary>
    /// Solves sum_k nodes[k]^q c[k] = b[q] for q from 0 up, without forming the powers. Bjoerck and Pereyra 1970, Math. Comp.
    /// 24, 893.
    /// </summary>
    /// <param name="nodes">Different from one another.</param>
    /// <param name="b">As many; overwritten by the solution.</param>
    public static double[] Solve(ReadOnlySpan<double> nodes, double[] b)
    {
        int n = nodes.Length;
        for (int k = 0; k < n - 1; k++)
            for (int i = n - 1; i > k; i--) b[i] -= nodes[k] * b[i - 1];
        for (int k = n - 2; k >= 0; k--)
        {
            for (int i = k + 1; i < n; i++) b[i] /= nodes[i] - nodes[i - k - 1];
            for (int i = k; i < n - 1; i++) b[i] -= b[i + 1];
        }

        return b;
    }
}
