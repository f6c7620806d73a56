using Rubato.Imaging;

namespace Rubato.Evaluation;

/// <summary>
/// Structural similarity of two 8-bit pictures. Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from
/// error visibility to structural similarity", eq. 13 with the windows of section III-C. Large pictures are not reduced first.
/// </summary>
public static class Ssim
{
    /// <summary>Side of the window: no picture may be smaller.</summary>
    public const int Window = 11;

    private const double WindowSigma = 1.5, K1 = 0.01, K2 = 0.03, Range = byte.MaxValue;
    private const double C1 = K1 * Range * (K1 * Range), C2 = K2 * Range * (K2 * Range);

    private static readonly double[] Weights = Gaussian();

    /// <summary>The mean over all places where the window lies inside, and over the channels.</summary>
    /// <param name="a">A picture, at least 11 pixels wide and high.</param>
    /// <param name="b">One of the same size and channels.</param>
    /// <returns>From -1 to 1; 1 for equal pictures.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size or channels, or are smaller than the window.</exception>
    public static double Of(Picture a, Picture b)
    {
        PicturePair.RequireAlike(a, b);
        if (a.Width < Window || a.Height < Window)
            throw new ArgumentException(
                $"The pictures have {a.Width} x {a.Height} pixels; the window takes {Window} x {Window}.", nameof(a));
        double sum = 0;
        for (int channel = 0; channel < a.Channels; channel++) sum += OfChannel(a, b, channel);
        return sum / a.Channels;
    }

    private static double OfChannel(Picture a, Picture b, int channel)
    {
        int count = a.Width * a.Height;
        double[] x = new double[count], y = new double[count], xx = new double[count], yy = new double[count],
            xy = new double[count];
        for (int i = 0; i < count; i++)
        {
            x[i] = a.Pixels[i * a.Channels + channel];
            y[i] = b.Pixels[i * a.Channels + channel];
            (xx[i], yy[i], xy[i]) = (x[i] * x[i], y[i] * y[i], x[i] * y[i]);
        }

        double[] meanX = Blur(x, a.Width), meanY = Blur(y, a.Width);
        double[] meanXX = Blur(xx, a.Width), meanYY = Blur(yy, a.Width), meanXY = Blur(xy, a.Width);
        double sum = 0;
        for (int i = 0; i < meanX.Length; i++)
        {
            double mx = meanX[i], my = meanY[i];
            double varianceX = meanXX[i] - mx * mx, varianceY = meanYY[i] - my * my, covariance = meanXY[i] - mx * my;
            sum += (2 * mx * my + C1) * (2 * covariance + C2) / ((mx * mx + my * my + C1) * (varianceX + varianceY + C2));
        }

        return sum / meanX.Length;
    }

    /// <summary>The Gaussian mean around each place where the window lies inside: rows first, then columns.</summary>
    private static double[] Blur(double[] values, int width)
    {
        int height = values.Length / width, narrow = width - Window + 1, low = height - Window + 1;
        var rows = new double[height * narrow];
        for (int row = 0; row < height; row++)
        {
            for (int x = 0; x < narrow; x++)
                for (int k = 0; k < Window; k++) rows[row * narrow + x] += Weights[k] * values[row * width + x + k];
        }

        var blurred = new double[low * narrow];
        for (int i = 0; i < blurred.Length; i++)
            for (int k = 0; k < Window; k++) blurred[i] += Weights[k] * rows[i + k * narrow];
        return blurred;
    }

    private static double[] Gaussian()
    {
        double[] weights = [.. Enumerable.Range(0, Window)
            .Select(i => Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * WindowSigma * WindowSigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
