namespace Rubato.Benchmarks;

/// <summary>How far two choices of skipped steps agree.</summary>
/// <param name="Jaccard">Steps that both skip, of those that either skips; 1 where neither skips any.</param>
/// <param name="ChiSquared">
/// Pearson's statistic of the contingency table (skipped by one) x (skipped by the other); 0 where a margin is empty.
/// </param>
/// <param name="Probability">That independent choices agree or disagree as much: the upper tail for one degree of freedom.</param>
internal sealed record MaskAgreement(double Jaccard, double ChiSquared, double Probability)
{
    /// <param name="a">Whether a step is evaluated; the first one always is, and does not count.</param>
    /// <param name="b">The same steps, chosen otherwise.</param>
    public static MaskAgreement Of(IEnumerable<bool[]> a, IEnumerable<bool[]> b)
    {
        double both = 0, onlyA = 0, onlyB = 0, neither = 0;
        foreach ((bool[] x, bool[] y) in a.Zip(b))
        {
            for (int step = 1; step < x.Length; step++)
            {
                if (!x[step] && !y[step]) both++;
                else if (!x[step]) onlyA++;
                else if (!y[step]) onlyB++;
                else neither++;
            }
        }

        double union = both + onlyA + onlyB, all = union + neither;
        double margins = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither);
        double cross = both * neither - onlyA * onlyB;
        double chi = margins == 0 ? 0 : all * cross * cross / margins;
        return new MaskAgreement(union == 0 ? 1 : both / union, chi, UpperTail(chi));
    }

    /// <summary>P(chi-squared with one degree of freedom > x) = 1 - 2 (Phi(sqrt x) - 1/2), by Simpson's rule.</summary>
    internal static double UpperTail(double x)
    {
        const int Parts = 2000;
        double end = Math.Sqrt(x), h = end / Parts, sum = 0;
        for (int i = 0; i <= Parts; i++)
            sum += Math.Exp(-(i * h) * (i * h) / 2) * (i is 0 or Parts ? 1 : i % 2 == 0 ? 2 : 4);
        return Math.Max(0, 1 - 2 * sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}
