namespace Rubato.Imaging;

/// <summary>The outlines of a picture: a line or nothing at every pixel.</summary>
public sealed class Sketch
{
    // Of the strongest edge of the picture; below it lie texture and noise. A reconstruction: AC-Diff names no value.
    private const double Threshold = 0.2;

    private readonly bool[] _lines;

    /// <summary>A sketch of the given lines, which are not copied.</summary>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <param name="lines">[height, width]</param>
    public Sketch(int width, int height, bool[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (lines.Length != checked(width * height)) throw new ArgumentException($"{lines.Length} are not {width} x {height} pixels.", nameof(lines));
        (Width, Height, _lines) = (width, height, lines);
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>[Height, Width]: whether there is a line.</summary>
    public ReadOnlySpan<bool> Lines => _lines;

    /// <summary>The part of the pixels that lines take, 0 to 1.</summary>
    public double Density => (double)_lines.Count(line => line) / _lines.Length;

    /// <summary>
    /// The outlines of a photo: where the gradient of the luminance (3 x 3 Sobel) has at least a fifth of its largest
    /// length. A picture of one colour has none.
    /// </summary>
    /// <param name="photo">Of any size; alpha is left out.</param>
    public static Sketch OfPhoto(Picture photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        (int width, int height) = (photo.Width, photo.Height);
        double[] luminance = Luminance.Of(photo.Pixels, photo.Channels), length = new double[luminance.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double across = Column(x + 1, y) - Column(x - 1, y), down = Row(x, y + 1) - Row(x, y - 1);
                length[y * width + x] = Math.Sqrt(across * across + down * down);
            }
        }

        double least = Threshold * length.Max();
        return new Sketch(width, height, [.. length.Select(value => value > 0 && value >= least)]);

        double Column(int x, int y) => At(x, y - 1) + 2 * At(x, y) + At(x, y + 1);

        double Row(int x, int y) => At(x - 1, y) + 2 * At(x, y) + At(x + 1, y);

        // The picture goes on beyond its border as it ends: the border itself is no edge.
        double At(int x, int y) => luminance[Math.Clamp(y, 0, height - 1) * width + Math.Clamp(x, 0, width - 1)];
    }

    /// <summary>The sketch from left to right.</summary>
    internal Sketch Mirrored()
        => new(Width, Height, [.. Enumerable.Range(0, _lines.Length).Select(i => _lines[i - i % Width + Width - 1 - i % Width])]);

    /// <summary>Black lines on white.</summary>
    public Picture ToPicture() => new(Width, Height, 1, [.. _lines.Select(line => line ? (byte)0 : byte.MaxValue)]);
}
