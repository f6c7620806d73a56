using System.Buffers.Binary;

namespace Rubato.Imaging;

/// <summary>From a row of stored samples to 8-bit channels.</summary>
/// <param name="header">The form of the samples.</param>
/// <param name="palette">Red, green and blue of each entry; null for other colour types.</param>
/// <param name="transparency">Content of tRNS: the alphas of a palette, or the one transparent colour; null if none.</param>
internal sealed class PngPixels(PngHeader header, byte[]? palette, byte[]? transparency)
{
    /// <summary>Channels of the picture.</summary>
    public int Channels { get; } =
        (header.Colour == PngColour.Palette ? 3 : header.Samples) + (transparency is null ? 0 : 1);

    /// <summary>Writes the pixels of a stored row to their places in a row of the picture.</summary>
    /// <returns>False where a pixel has an index that the palette does not have.</returns>
    public bool TryExpand(ReadOnlySpan<byte> stored, PngPass pass, Span<byte> row)
    {
        if (header.BitDepth == 8 && Channels == header.Samples && pass.StepX == 1)
        {
            stored.CopyTo(row);
            return true;
        }

        for (int i = 0; i < pass.Width; i++)
        {
            Span<byte> pixel = row.Slice((pass.X + i * pass.StepX) * Channels, Channels);
            if (header.Colour != PngColour.Palette)
                Expand(stored, i, pixel);
            else if (!TryLookUp(Sample(stored, i), pixel))
                return false;
        }

        return true;
    }

    private void Expand(ReadOnlySpan<byte> stored, int index, Span<byte> pixel)
    {
        bool transparent = transparency is not null;
        for (int c = 0; c < header.Samples; c++)
        {
            int sample = Sample(stored, index * header.Samples + c);
            pixel[c] = ToByte(sample);

            // Compared as stored: two colours that differ in 16 bits may be one in 8.
            transparent = transparent && sample == BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * c));
        }

        if (transparency is not null)
            pixel[^1] = transparent ? (byte)0 : byte.MaxValue;
    }

    private bool TryLookUp(int entry, Span<byte> pixel)
    {
        if (3 * entry >= palette!.Length)
            return false;
        palette.AsSpan(3 * entry, 3).CopyTo(pixel);
        if (transparency is not null)
            pixel[3] = entry < transparency.Length ? transparency[entry] : byte.MaxValue;
        return true;
    }

    private int Sample(ReadOnlySpan<byte> stored, int index)
    {
        if (header.BitDepth == 16)
            return BinaryPrimitives.ReadUInt16BigEndian(stored[(2 * index)..]);
        int bit = index * header.BitDepth;
        return stored[bit / 8] >> (8 - header.BitDepth - bit % 8) & ((1 << header.BitDepth) - 1);
    }

    private byte ToByte(int sample) => header.BitDepth == 16
        ? (byte)((sample + 128) / 257)   // 65535 = 255 x 257: the nearest 8-bit value
        : (byte)(sample * 255 / ((1 << header.BitDepth) - 1));
}
