namespace Rubato.Imaging;

/// <summary>Where two pictures differ, made visible.</summary>
public static class Difference
{
    /// <summary>|a - b| x gain for each colour channel, rounded and held at 255. Alpha is left out.</summary>
    /// <param name="a">A picture.</param>
    /// <param name="b">One of the same size and channels.</param>
    /// <param name="gain">Above 0; 1 shows the difference as it is.</param>
    /// <returns>A grey or RGB picture.</returns>
    public static Picture Absolute(Picture a, Picture b, double gain = 1)
    {
        if ((a.Width, a.Height, a.Channels) != (b.Width, b.Height, b.Channels))
            throw new ArgumentException($"The pictures differ in size: {a.Width} x {a.Height} x {a.Channels} "
                + $"and {b.Width} x {b.Height} x {b.Channels}.", nameof(b));
        if (gain <= 0 || !double.IsFinite(gain))
            throw new ArgumentOutOfRangeException(nameof(gain), gain, "must be above 0");
        byte[] shown = [.. Enumerable.Range(0, 256).Select(difference =>
            (byte)Math.Min(255, Math.Round(difference * gain, MidpointRounding.AwayFromZero)))];
        var result = new Picture(a.Width, a.Height, a.Channels < 3 ? 1 : 3);
        for (int pixel = 0; pixel < a.Width * a.Height; pixel++)
        {
            for (int c = 0; c < result.Channels; c++)
            {
                int i = pixel * a.Channels + c;
                result.Pixels[pixel * result.Channels + c] = shown[Math.Abs(a.Pixels[i] - b.Pixels[i])];
            }
        }

        return result;
    }
}
