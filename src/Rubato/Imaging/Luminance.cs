namespace Rubato.Imaging;

/// <summary>How bright pixels are to the eye.</summary>
internal static class Luminance
{
    /// <summary>0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), 0 to 255; grey pixels are their own.</summary>
    /// <param name="pixels">[N, channels]</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    public static double[] Of(ReadOnlySpan<byte> pixels, int channels)
    {
        double[] luminance = new double[pixels.Length / channels];
        for (int i = 0; i < luminance.Length; i++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(i * channels, channels);
            luminance[i] = channels < 3 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
        }

        return luminance;
    }
}
