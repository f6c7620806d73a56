using System.Buffers.Binary;

namespace Rubato.Imaging;

/// <summary>How a PNG file stores a pixel.</summary>
internal enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The IHDR chunk: size and form of the pixels.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    public const int Bytes = 13;

    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Stored numbers of a pixel; an index into the palette is one.</summary>
    public int Samples => Colour switch
    {
        PngColour.Grey or PngColour.Palette => 1,
        PngColour.GreyAlpha => 2,
        PngColour.Rgb => 3,
        _ => 4,
    };

    /// <summary>How far back a filter looks for the byte to the left: a whole pixel, at least a byte.</summary>
    public int FilterDistance => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>Bytes of a stored row of so many pixels, without the filter's byte.</summary>
    public int RowBytes(int pixels) => (int)(((long)pixels * Samples * BitDepth + 7) / 8);

    /// <summary>The passes in the order of the file: the pixels of each are a regular part of the picture's.</summary>
    public IEnumerable<PngPass> Passes()
    {
        if (!Interlaced)
            return [new PngPass(0, 0, 1, 1, Width, Height)];
        (int width, int height) = (Width, Height);
        return Adam7
            .Select(p => new PngPass(p.X, p.Y, p.StepX, p.StepY,
                (width - p.X + p.StepX - 1) / p.StepX, (height - p.Y + p.StepY - 1) / p.StepY))
            .Where(pass => pass.Width > 0 && pass.Height > 0);
    }

    /// <summary>Bytes that the deflate stream must hold, exactly.</summary>
    public long StoredBytes()
    {
        PngHeader header = this;
        return Passes().Sum(pass => (1L + header.RowBytes(pass.Width)) * pass.Height);
    }

    public static PngHeader Parse(ReadOnlySpan<byte> bytes, string file, PictureLimits limits)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes), height = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (width == 0 || height == 0 || width > limits.MaxSide || height > limits.MaxSide
            || (long)width * height > limits.MaxPixels)
            throw new PictureException(file, "IHDR", $"declares {width} x {height} pixels",
                $"a side has 1 to {limits.MaxSide} and the whole at most {limits.MaxPixels}");
        (byte depth, byte colour, byte interlace) = (bytes[8], bytes[9], bytes[12]);
        bool valid = colour switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!valid)
            throw new PictureException(file, "IHDR", $"declares colour type {colour} with {depth} bits",
                "types are 0 (1 to 16 bits), 2, 4, 6 (8 or 16) and 3 (1 to 8)");
        if (bytes[10] != 0 || bytes[11] != 0 || interlace > 1)
            throw new PictureException(file, "IHDR",
                $"declares compression {bytes[10]}, filter {bytes[11]}, interlace {interlace}",
                "known are compression 0, filter 0, interlace 0 and 1");
        return new PngHeader((int)width, (int)height, depth, (PngColour)colour, interlace == 1);
    }
}

/// <summary>Every StepX-th pixel of every StepY-th row, from (X, Y): Width x Height of them.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY, int Width, int Height);
