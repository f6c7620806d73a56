namespace Rubato.Solvers;

/// <summary>
/// Empirical model statistics l, s and b of DPM-Solver-v3 over lambda, one number each. Zheng et al. 2023, arXiv:2310.13268,
/// section 3. Between the given places they are linear.
/// </summary>
public sealed class ModelStatistics
{
    private readonly double[] _lambda, _l, _s, _b, _sumL, _sumS, _sumB;

    /// <summary>Statistics at given places.</summary>
    /// <param name="lambda">Rising; at least two, from the noisiest level of a run to the cleanest.</param>
    /// <param name="l">The part of sigma noise that is linear in the state.</param>
    /// <param name="s">How f grows with lambda.</param>
    /// <param name="b">How it drifts.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or lambda does not rise.</exception>
    public ModelStatistics(IReadOnlyList<double> lambda, IReadOnlyList<double> l, IReadOnlyList<double> s, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        if (lambda.Count < 2 || new[] { l, s, b }.Any(list => list.Count != lambda.Count))
            throw new ArgumentException("Statistics need four lists of one length, at least two.", nameof(lambda));
        if (lambda.Zip(lambda.Skip(1)).Any(pair => !(pair.Second > pair.First)))
            throw new ArgumentException("lambda must rise.", nameof(lambda));
        (_lambda, _l, _s, _b) = ([.. lambda], [.. l], [.. s], [.. b]);
        (_sumL, _sumS) = (Cumulative(_l), Cumulative(_s));
        _sumB = Cumulative([.. _b.Select((value, i) => Math.Exp(-_sumS[i]) * value)]);
    }

    /// <summary>l, s and b at a lambda; beyond the ends those of the ends.</summary>
    public (double Linear, double Growth, double Drift) At(double lambda)
        => (Interpolate(_l, lambda), Interpolate(_s, lambda), Interpolate(_b, lambda));

    /// <summary>L, S and B: the integrals of l, s and e^{-S} b from the first lambda on.</summary>
    internal (double L, double S, double B) Integrals(double lambda)
        => (Interpolate(_sumL, lambda), Interpolate(_sumS, lambda), Interpolate(_sumB, lambda));

    /// <summary>
    /// E_k: the integrals of e^{L + S - L_s - S_s} (u - from)^k / k! over u, for k from 0; and of e^{L + S} (B - B_s).
    /// </summary>
    internal double[] Moments(double from, double to, int count, out double shift)
    {
        double[] places = [from, .. _lambda.Where(u => u > from && u < to), to], moments = new double[count];
        (double ls, double ss, double bs) = Integrals(from);
        shift = 0;
        for (int i = 0; i < places.Length; i++)
        {
            double width = ((i > 0 ? places[i] - places[i - 1] : 0) + (i < places.Length - 1 ? places[i + 1] - places[i] : 0)) / 2;
            (double l, double s, double b) = Integrals(places[i]);
            double term = width * Math.Exp(l + s - ls - ss);
            shift += width * Math.Exp(l + s) * (b - bs);
            for (int k = 0; k < count; k++)
            {
                moments[k] += term;
                term *= (places[i] - from) / (k + 1);
            }
        }

        return moments;
    }

    private double[] Cumulative(double[] values)
    {
        double[] sums = new double[values.Length];
        for (int i = 1; i < sums.Length; i++)
            sums[i] = sums[i - 1] + (_lambda[i] - _lambda[i - 1]) * (values[i] + values[i - 1]) / 2;
        return sums;
    }

    private double Interpolate(double[] values, double lambda)
    {
        int above = Array.BinarySearch(_lambda, lambda);
        if (above >= 0) return values[above];
        above = ~above;
        if (above == 0) return values[0];
        if (above == values.Length) return values[^1];
        double share = (lambda - _lambda[above - 1]) / (_lambda[above] - _lambda[above - 1]);
        return values[above - 1] + share * (values[above] - values[above - 1]);
    }
}
