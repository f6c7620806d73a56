using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Rubato.Imaging;

/// <summary>Writes 8-bit PNG files.</summary>
internal static class PngWriter
{
    public static byte[] Encode(Picture picture)
    {
        using var file = new MemoryStream();
        file.Write(Png.Signature);
        WriteChunk(file, "IHDR", Header(picture));
        foreach (PictureText text in picture.Texts)
        {
            (string type, byte[] data) = PngText.Encode(text);
            WriteChunk(file, type, data);
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(zlib, picture);
        WriteChunk(file, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Header(Picture picture)
    {
        PngColour colour = picture.Channels switch
        {
            1 => PngColour.Grey,
            2 => PngColour.GreyAlpha,
            3 => PngColour.Rgb,
            _ => PngColour.RgbAlpha,
        };
        var header = new byte[PngHeader.Bytes];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 8;
        header[9] = (byte)colour;
        return header;
    }

    /// <summary>
    /// Each row by the filter whose result has the smallest sum of absolute values, bytes taken as signed: the heuristic
    /// that the PNG specification recommends (section 12.7).
    /// </summary>
    private static void WriteRows(ZLibStream zlib, Picture picture)
    {
        var above = new byte[picture.Stride];
        byte[] best = new byte[1 + picture.Stride], candidate = new byte[1 + picture.Stride];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y);
            long smallest = long.MaxValue;
            for (byte filter = 0; filter < PngFilter.Count; filter++)
            {
                candidate[0] = filter;
                PngFilter.Apply(filter, row, above, picture.Channels, candidate.AsSpan(1));
                long cost = Cost(candidate.AsSpan(1));
                if (cost >= smallest)
                    continue;
                smallest = cost;
                (best, candidate) = (candidate, best);
            }

            zlib.Write(best);
            row.CopyTo(above);
        }
    }

    private static long Cost(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (byte b in filtered)
            sum += Math.Abs((int)(sbyte)b);
        return sum;
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] name = Encoding.ASCII.GetBytes(type);
        file.Write(name);
        file.Write(data);
        var crc = new Crc32();
        crc.Append(name);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.Value);
        file.Write(number);
    }
}
