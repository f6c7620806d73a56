namespace Rubato.Evaluation;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: slow for large matrices, milliseconds
/// for 64 rows, and small eigenvalues come out with small errors. Golub and Van Loan, "Matrix computations", section 8.5.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int MostSweeps = 50;        // about 8 are needed: convergence is quadratic
    private const double Negligible = 1e-18;   // as a part of the matrix: far below a rounding of its eigenvalues

    private readonly double[] _vectors;

    private SymmetricEigen(double[] values, double[] vectors) => (Values, _vectors) = (values, vectors);

    /// <summary>In no order.</summary>
    public double[] Values { get; }

    /// <summary>The eigenvector of a value, of length 1.</summary>
    public ReadOnlySpan<double> Vector(int index) => _vectors.AsSpan(index * Values.Length, Values.Length);

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">Row by row; what lies above the diagonal must be what lies below.</param>
    /// <param name="n">Rows.</param>
    public static SymmetricEigen Of(ReadOnlySpan<double> matrix, int n)
    {
        double[] a = matrix.ToArray(), vectors = new double[n * n];
        for (int i = 0; i < n; i++) vectors[i * n + i] = 1;
        double negligible = Negligible * Math.Sqrt(a.Sum(element => element * element));
        for (int sweep = 0; sweep < MostSweeps; sweep++)
            if (!Sweep(a, vectors, n, negligible)) break;

        return new SymmetricEigen([.. Enumerable.Range(0, n).Select(i => a[i * n + i])], vectors);
    }

    /// <summary>Turns every pair of rows and columns so that their common element vanishes.</summary>
    /// <returns>Whether there was anything to turn.</returns>
    private static bool Sweep(double[] a, double[] vectors, int n, double negligible)
    {
        bool turned = false;
        for (int p = 0; p < n; p++)
        {
            for (int q = p + 1; q < n; q++)
            {
                double shared = a[p * n + q], first = a[p * n + p], second = a[q * n + q];
                if (Math.Abs(shared) <= negligible) continue;
                turned = true;
                double theta = (second - first) / (2 * shared);
                double tangent = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(1 + theta * theta));
                double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = tangent * cosine;
                for (int k = 0; k < n; k++) Turn(ref a[k * n + p], ref a[k * n + q], cosine, sine);
                for (int k = 0; k < n; k++)
                {
                    Turn(ref a[p * n + k], ref a[q * n + k], cosine, sine);
                    Turn(ref vectors[p * n + k], ref vectors[q * n + k], cosine, sine);
                }

                a[p * n + q] = a[q * n + p] = 0;
            }
        }

        return turned;
    }

    private static void Turn(ref double x, ref double y, double cosine, double sine)
        => (x, y) = (cosine * x - sine * y, sine * x + cosine * y);
}
