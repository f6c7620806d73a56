namespace Rubato.Tensors;

/// <summary>Numbers as vectors of sines and cosines, computed in float64 and rounded once.</summary>
public static class SinusoidalEmbedding
{
    private const double LongestPeriod = 10000;

    /// <summary>Frequencies fall geometrically from 1 towards 1 / 10000; Vaswani et al. 2017, arXiv:1706.03762, 3.5.</summary>
    /// <param name="t">One number a row, such as a timestep.</param>
    /// <param name="dim">Width of a row; an odd one ends in a zero.</param>
    /// <param name="flipSinToCos">Whether the cosines stand first.</param>
    /// <param name="shift">Subtracted from the number of frequencies in the exponent's denominator.</param>
    /// <param name="scale">Factor of all angles.</param>
    /// <returns>[n, dim]</returns>
    public static Tensor Of(ReadOnlySpan<float> t, int dim, bool flipSinToCos, float shift, float scale = 1)
    {
        int half = dim / 2;
        double[] frequencies = new double[half];
        for (int i = 0; i < half; i++) frequencies[i] = scale * Math.Exp(-Math.Log(LongestPeriod) * i / (half - shift));
        return Waves(t, frequencies, dim, flipSinToCos);
    }

    /// <summary>Frequencies are 2 pi times learned or random numbers (Gaussian Fourier features; Tancik et al. 2020).</summary>
    /// <param name="t">One number a row.</param>
    /// <param name="weight">[n], the numbers.</param>
    /// <param name="flipSinToCos">Whether the cosines stand first.</param>
    /// <param name="logarithm">Whether ln(t) takes the place of t.</param>
    /// <returns>[rows, 2 n]</returns>
    public static Tensor Fourier(ReadOnlySpan<float> t, Tensor weight, bool flipSinToCos, bool logarithm)
    {
        ArgumentNullException.ThrowIfNull(weight);
        double[] frequencies = [.. weight.ToArray().Select(w => 2 * Math.PI * w)];
        float[] angles = [.. t.ToArray().Select(v => logarithm ? MathF.Log(v) : v)];
        return Waves(angles, frequencies, 2 * frequencies.Length, flipSinToCos);
    }

    private static Tensor Waves(ReadOnlySpan<float> t, double[] frequencies, int dim, bool flip)
    {
        int half = frequencies.Length, sines = flip ? half : 0, cosines = flip ? 0 : half;
        Tensor result = Tensor.Zeros([t.Length, dim]);
        for (int row = 0; row < t.Length; row++)
        {
            Span<float> y = result.AsSpan().Slice(row * dim, dim);
            for (int i = 0; i < half; i++)
            {
                double angle = t[row] * frequencies[i];
                (y[sines + i], y[cosines + i]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
            }
        }

        return result;
    }
}
