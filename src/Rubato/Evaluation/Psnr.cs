using Rubato.Imaging;

namespace Rubato.Evaluation;

/// <summary>Peak signal-to-noise ratio of two 8-bit pictures, in dB: 10 log10(255^2 / mean squared difference).</summary>
public static class Psnr
{
    /// <summary>Where means are taken, equal pictures count as this: the mean of an infinity says nothing.</summary>
    public const double Cap = 60;

    private const double Peak = byte.MaxValue;

    /// <summary>The ratio over all channels.</summary>
    /// <param name="a">A picture.</param>
    /// <param name="b">One of the same size and channels.</param>
    /// <returns>In dB, from 0; infinite for equal pictures.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size or channels.</exception>
    public static double Of(Picture a, Picture b)
    {
        PicturePair.RequireAlike(a, b);
        long squares = 0;
        for (int i = 0; i < a.Pixels.Length; i++)
        {
            int difference = a.Pixels[i] - b.Pixels[i];
            squares += difference * difference;
        }

        return squares == 0 ? double.PositiveInfinity : 10 * Math.Log10(Peak * Peak * a.Pixels.Length / squares);
    }

    /// <summary>The ratio, at most <see cref="Cap"/>.</summary>
    /// <inheritdoc cref="Of"/>
    public static double Capped(Picture a, Picture b) => Math.Min(Of(a, b), Cap);
}
