using MathNet.Numerics.LinearAlgebra;

namespace Rubato.Evaluation;

/// <summary>
/// The Fréchet distance of two normal distributions, the square of the 2-Wasserstein distance. Dowson and Landau 1982,
/// "The Fréchet distance between multivariate normal distributions". What it says depends on the features, so it is named
/// after them: in ResNet-56 features it is not FID, which is that in features of Inception.
/// </summary>
public static class FrechetDistance
{
    /// <summary>|m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1 C2)^(1/2)).</summary>
    /// <param name="a">Statistics of a set of pictures.</param>
    /// <param name="b">Those of another, in the same features.</param>
    /// <returns>From 0; rounding may leave a little less for equal statistics.</returns>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    public static double Between(FeatureStatistics a, FeatureStatistics b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (b.Features != a.Features) throw new ArgumentException($"The sets have {a.Features} and {b.Features} features.", nameof(b));
        return Between(a, FactorOf(a), b);
    }

    /// <summary>The same, for many distances from one set.</summary>
    /// <param name="a">Statistics of a set of pictures.</param>
    /// <param name="factor">What <see cref="FactorOf"/> says of it.</param>
    /// <param name="b">Those of another.</param>
    internal static double Between(FeatureStatistics a, double[] factor, FeatureStatistics b)
    {
        int n = a.Features;
        double distance = 0;
        for (int i = 0; i < n; i++)
        {
            double difference = a.Mean[i] - b.Mean[i];
            distance += difference * difference + a.Covariance[i * n + i] + b.Covariance[i * n + i];
        }

        return distance - 2 * TraceOfRoot(factor, b.Covariance, n);
    }

    /// <summary>
    /// A factor of a set's covariance C = F^T F, [directions, features]: Cholesky's, the direction with the greatest variance that
    /// is left first, as long as some is left but for rounding. Higham 1990, "Analysis of the Cholesky decomposition of a
    /// semi-definite matrix".
    /// </summary>
    internal static double[] FactorOf(FeatureStatistics a)
    {
        const double Rounding = 1.0 / (1L << 52);
        int n = a.Features, directions = 0;
        double[] left = a.Covariance.ToArray(), factor = new double[n * n];
        for (double negligible = double.NaN; directions < n; directions++)
        {
            int most = 0;
            for (int i = 1; i < n; i++)
                if (left[i * n + i] > left[most * n + most]) most = i;
            double variance = left[most * n + most];
            if (directions == 0) negligible = n * Rounding * variance;
            if (!(variance > negligible)) break;
            Span<double> row = factor.AsSpan(directions * n, n);
            VectorSums.AddScaled(row, 1 / Math.Sqrt(variance), left.AsSpan(most * n, n));
            for (int i = 0; i < n; i++)
                if (row[i] != 0) VectorSums.AddScaled(left.AsSpan(i * n, n), -row[i], row);
            for (int i = 0; i < n; i++) left[i * n + most] = left[most * n + i] = 0;   // and not what rounding leaves
        }

        return factor[..(directions * n)];
    }

    /// <summary>tr((A B)^(1/2)): with A = F^T F, the eigenvalues of A B that are not 0 are those of F B F^T, which is symmetric.</summary>
    private static double TraceOfRoot(double[] factor, ReadOnlySpan<double> b, int n)
    {
        if (factor is []) return 0;   // equal pictures
        var directions = Matrix<double>.Build.DenseOfRowMajor(factor.Length / n, n, factor);
        Matrix<double> product = (directions * Matrix<double>.Build.DenseOfRowMajor(n, n, b.ToArray())).TransposeAndMultiply(directions);

        // Of few pictures some are 0, but for rounding.
        return product.Evd(Symmetricity.Symmetric).EigenValues.Sum(value => Math.Sqrt(Math.Max(0, value.Real)));
    }
}
