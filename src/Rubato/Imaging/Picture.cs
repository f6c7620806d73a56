namespace Rubato.Imaging;

/// <summary>A rectangle of a picture in pixels; the top left corner is (0, 0).</summary>
public readonly record struct PictureArea(int X, int Y, int Width, int Height);

/// <summary>Pixels of 8 bits a channel, rows from the top, channels interleaved, with the texts that belong to them.</summary>
public sealed class Picture
{
    /// <summary>A black (and, where there is an alpha channel, transparent) picture.</summary>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied).</param>
    public Picture(int width, int height, int channels)
        : this(width, height, channels, pixels: null)
    {
    }

    /// <summary>A picture of the given bytes, which are not copied.</summary>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied).</param>
    /// <param name="pixels">Exactly width x height x channels bytes.</param>
    public Picture(int width, int height, int channels, byte[]? pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        int bytes = checked(width * height * channels);
        if (pixels is not null && pixels.Length != bytes)
            throw new ArgumentException($"The picture takes {bytes} bytes, not {pixels.Length}.", nameof(pixels));
        Width = width;
        Height = height;
        Channels = channels;
        Pixels = pixels ?? new byte[bytes];
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Channels { get; }

    /// <summary>[Height, Width, Channels].</summary>
    public byte[] Pixels { get; }

    /// <summary>Texts in the order of the file.</summary>
    public IReadOnlyList<PictureText> Texts { get; init; } = [];

    /// <summary>Bytes of a row.</summary>
    public int Stride => Width * Channels;

    /// <summary>The whole picture.</summary>
    public PictureArea Area => new(0, 0, Width, Height);

    /// <summary>One row, from 0 at the top.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Stride, Stride);

    /// <summary>The channels of one pixel.</summary>
    public Span<byte> At(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        return Row(y).Slice(x * Channels, Channels);
    }

    /// <summary>Paints an area, which must lie inside of the picture.</summary>
    /// <param name="area">What to paint; may be empty.</param>
    /// <param name="colour">One value for each channel.</param>
    public void Fill(PictureArea area, ReadOnlySpan<byte> colour)
    {
        RequireInside(area);
        if (colour.Length != Channels)
            throw new ArgumentException($"The picture has {Channels} channels, the colour {colour.Length}.", nameof(colour));
        for (int y = area.Y; y < area.Y + area.Height; y++)
        {
            Span<byte> row = Row(y).Slice(area.X * Channels, area.Width * Channels);
            for (int x = 0; x < row.Length; x += Channels)
                colour.CopyTo(row[x..]);
        }
    }

    /// <summary>Copies another picture with as many channels into this one, alpha and all.</summary>
    /// <param name="picture">What to copy; all of it must fit.</param>
    /// <param name="x">Where its left edge goes.</param>
    /// <param name="y">Where its top edge goes.</param>
    public void Paste(Picture picture, int x, int y)
    {
        RequireInside(new PictureArea(x, y, picture.Width, picture.Height));
        if (picture.Channels != Channels)
            throw new ArgumentException($"The picture has {picture.Channels} channels, not {Channels}.", nameof(picture));
        for (int row = 0; row < picture.Height; row++)
            picture.Row(row).CopyTo(Row(y + row)[(x * Channels)..]);
    }

    /// <summary>The picture in RGB: grey is all colours, alpha is left out.</summary>
    public Picture ToColour()
    {
        if (Channels == 3) return this;
        var colour = new Picture(Width, Height, channels: 3);
        for (int i = 0; i < Width * Height; i++)
            for (int c = 0; c < 3; c++) colour.Pixels[i * 3 + c] = Pixels[i * Channels + (Channels < 3 ? 0 : c)];
        return colour;
    }

    /// <summary>The picture from left to right.</summary>
    public Picture Mirrored()
    {
        var mirrored = new Picture(Width, Height, Channels);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++) At(Width - 1 - x, y).CopyTo(mirrored.At(x, y));
        return mirrored;
    }

    /// <summary>Every pixel becomes a square of <paramref name="factor"/> x <paramref name="factor"/>, from 1.</summary>
    public Picture Enlarge(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        var large = new Picture(checked(Width * factor), checked(Height * factor), Channels);
        for (int y = 0; y < Height; y++)
        {
            Span<byte> first = large.Row(y * factor);
            for (int x = 0; x < large.Width; x++)
                At(x / factor, y).CopyTo(first[(x * Channels)..]);
            for (int copy = 1; copy < factor; copy++)
                first.CopyTo(large.Row(y * factor + copy));
        }

        return large;
    }

    private void RequireInside(PictureArea area)
    {
        if (area.X < 0 || area.Y < 0 || area.Width < 0 || area.Height < 0
            || area.X > Width - area.Width || area.Y > Height - area.Height)
            throw new ArgumentOutOfRangeException(nameof(area), area, $"must lie in {Width} x {Height} pixels");
    }
}
