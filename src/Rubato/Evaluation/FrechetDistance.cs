namespace Rubato.Evaluation;

/// <summary>
/// The Fréchet distance of two normal distributions, the square of the 2-Wasserstein distance. Dowson and Landau 1982,
/// "The Fréchet distance between multivariate normal distributions". What it says depends on the features, so it is named
/// after them: in ResNet-56 features it is not FID, which is taken in features of Inception.
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
        return Between(a, RootOf(a), b);
    }

    /// <summary>The same, for many distances from one set.</summary>
    /// <param name="a">Statistics of a set of pictures.</param>
    /// <param name="root">What <see cref="RootOf"/> says of it.</param>
    /// <param name="b">Those of another.</param>
    internal static double Between(FeatureStatistics a, double[] root, FeatureStatistics b)
    {
        int n = a.Features;
        double distance = 0;
        for (int i = 0; i < n; i++)
        {
            double difference = a.Mean[i] - b.Mean[i];
            distance += difference * difference + a.Covariance[i * n + i] + b.Covariance[i * n + i];
        }

        return distance - 2 * TraceOfRoot(root, b.Covariance, n);
    }

    /// <summary>The square root of a set's covariance.</summary>
    internal static double[] RootOf(FeatureStatistics a)
    {
        int n = a.Features;
        SymmetricEigen eigen = SymmetricEigen.Of(a.Covariance, n);
        double[] root = new double[n * n];
        for (int k = 0; k < n; k++)
        {
            double length = Math.Sqrt(Math.Max(0, eigen.Values[k]));   // of few pictures some are 0, but for rounding
            ReadOnlySpan<double> vector = eigen.Vector(k);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) root[i * n + j] += length * vector[i] * vector[j];
        }

        return root;
    }

    /// <summary>tr((A B)^(1/2)): A B has the eigenvalues of A^(1/2) B A^(1/2), which is symmetric.</summary>
    private static double TraceOfRoot(double[] root, ReadOnlySpan<double> b, int n)
    {
        double[] product = Multiply(Multiply(root, b, n), root, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                product[i * n + j] = product[j * n + i] = (product[i * n + j] + product[j * n + i]) / 2;
        }

        return SymmetricEigen.Of(product, n).Values.Sum(value => Math.Sqrt(Math.Max(0, value)));
    }

    private static double[] Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        double[] product = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < n; k++)
                for (int j = 0; j < n; j++) product[i * n + j] += a[i * n + k] * b[k * n + j];
        }

        return product;
    }
}
