namespace Rubato.Evaluation;

/// <summary>
/// Eigenvalues of a symmetric matrix: Householder's reflections leave three diagonals, and shifted QL steps one. Golub and Van
/// Loan, "Matrix computations", sections 8.3.1 and 8.3.4. n^3 multiplications: seconds for 2048 rows.
/// </summary>
internal static class SymmetricEigenvalues
{
    private const int MostSteps = 60;          // of QL for an eigenvalue; 2 are usual
    private const double Rounding = 1.0 / (1L << 52);

    /// <summary>All eigenvalues, in no order.</summary>
    /// <param name="matrix">Row by row, symmetric.</param>
    /// <param name="n">Rows.</param>
    public static double[] Of(ReadOnlySpan<double> matrix, int n)
    {
        double[] diagonal = new double[n], beside = new double[n];
        Reduce(matrix.ToArray(), diagonal, beside);
        for (int first = 0; first < n; first++)
        {
            for (int step = 0; step < MostSteps; step++)
            {
                int last = first;
                while (last < n - 1 && Math.Abs(beside[last]) > Rounding * (Math.Abs(diagonal[last]) + Math.Abs(diagonal[last + 1]))) last++;
                if (last == first) break;
                Sweep(diagonal, beside, first, last);
            }
        }

        return diagonal;
    }

    /// <summary>Reflects row after row, so that nothing is left but the diagonal and what stands beside it.</summary>
    private static void Reduce(double[] a, double[] diagonal, double[] beside)
    {
        int n = diagonal.Length;
        for (int k = 0; k < n; k++)
        {
            diagonal[k] = a[k * n + k];
            Span<double> v = a.AsSpan(k * n + k + 1, n - k - 1);
            if (v.IsEmpty) break;
            double length = Math.Sqrt(VectorSums.Dot(v, v));
            beside[k] = v[0] > 0 ? -length : length;
            v[0] -= beside[k];
            double squares = VectorSums.Dot(v, v);
            if (squares == 0) continue;

            // With p = 2 A v / |v|^2 and w = p - (p v / |v|^2) v the reflected rest is A - v w^T - w v^T.
            double[] w = new double[v.Length];
            for (int i = 0; i < v.Length; i++) VectorSums.AddScaled(w, 2 * v[i] / squares, Rest(i));
            VectorSums.AddScaled(w, -VectorSums.Dot(w, v) / squares, v);
            for (int i = 0; i < v.Length; i++)
            {
                VectorSums.AddScaled(Rest(i), -v[i], w);
                VectorSums.AddScaled(Rest(i), -w[i], v);
            }

            Span<double> Rest(int i) => a.AsSpan((k + 1 + i) * n + k + 1, n - k - 1);
        }
    }

    /// <summary>One implicit QL step with Wilkinson's shift on a block of the three diagonals.</summary>
    private static void Sweep(double[] diagonal, double[] beside, int first, int last)
    {
        double g = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        g = diagonal[last] - diagonal[first] + beside[first] / (g + Math.CopySign(Math.Sqrt(1 + g * g), g));
        double sine = 1, cosine = 1, moved = 0;
        for (int i = last - 1; i >= first; i--)
        {
            double f = sine * beside[i], b = cosine * beside[i], r = Math.Sqrt(f * f + g * g);
            beside[i + 1] = r;
            if (r == 0)   // the block falls apart here
            {
                diagonal[i + 1] -= moved;
                beside[last] = 0;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = diagonal[i + 1] - moved;
            r = (diagonal[i] - g) * sine + 2 * cosine * b;
            moved = sine * r;
            diagonal[i + 1] = g + moved;
            g = cosine * r - b;
        }

        diagonal[first] -= moved;
        (beside[first], beside[last]) = (g, 0);
    }
}
