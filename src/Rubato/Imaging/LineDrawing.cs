namespace Rubato.Imaging;

/// <summary>Tells drawings from photos: lines of ink on paper, or chalk on slate.</summary>
public static class LineDrawing
{
    // What scanners and painting programs leave of a drawing in black and white: soft edges, a little colour.
    private const double Toned = 0.9, Grey = 0.95, MostInk = 0.4;
    private const int ToneWidth = 64, ColourWidth = 32;

    // A thin line of a large drawing must survive being made small.
    private const double LeastInk = 1.0 / 8;

    /// <summary>The lines of a drawing at another size: a pixel is a line where ink covers an eighth of it.</summary>
    /// <param name="picture">Of any size; what is transparent counts as white.</param>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <returns>Null where the picture is no drawing.</returns>
    public static Sketch? Read(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Picture flat = AreaAverage.Fit(picture, picture.Width, picture.Height);
        double[] luminance = Luminance.Of(flat.Pixels, flat.Channels);
        int dark = luminance.Count(value => value < ToneWidth), light = luminance.Count(value => value > byte.MaxValue - ToneWidth);
        if (dark + light < Toned * luminance.Length || Math.Min(dark, light) > MostInk * luminance.Length || !IsGrey(flat)) return null;
        bool inkIsDark = dark <= light;
        var ink = new Picture(flat.Width, flat.Height, 1,
            [.. luminance.Select(value => value < byte.MaxValue / 2.0 == inkIsDark ? byte.MaxValue : (byte)0)]);
        byte[] covered = AreaAverage.Fit(ink, width, height).Pixels;
        return new Sketch(width, height, [.. covered.Select(part => part >= LeastInk * byte.MaxValue)]);
    }

    private static bool IsGrey(Picture picture)
    {
        if (picture.Channels == 1) return true;
        int grey = 0;
        for (int i = 0; i < picture.Pixels.Length; i += picture.Channels)
        {
            ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(i, picture.Channels);
            if (Math.Max(pixel[0], Math.Max(pixel[1], pixel[2])) - Math.Min(pixel[0], Math.Min(pixel[1], pixel[2])) <= ColourWidth) grey++;
        }

        return grey >= Grey * picture.Width * picture.Height;
    }
}
