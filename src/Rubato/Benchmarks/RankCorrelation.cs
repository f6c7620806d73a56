using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Rubato.Benchmarks;

/// <summary>Whether two numbers rise together. Spearman 1904, "The proof and measurement of association between two things".</summary>
internal static class RankCorrelation
{
    /// <summary>Spearman's correlation; ties share their mean rank.</summary>
    /// <param name="a">At least three numbers.</param>
    /// <param name="b">As many.</param>
    /// <returns>From -1 to 1, and its two-sided p-value by Student's t; both NaN where one of the two never changes.</returns>
    public static (double Correlation, double PValue) Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double r = Correlation.Spearman(a, b);
        int freedom = a.Count - 2;
        if (Math.Abs(r) >= 1) return (Math.Sign(r), 0);
        double t = r * Math.Sqrt(freedom / (1 - r * r));
        return (r, 2 * (1 - StudentT.CDF(0, 1, freedom, Math.Abs(t))));
    }
}
