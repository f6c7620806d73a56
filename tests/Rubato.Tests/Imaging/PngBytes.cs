using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Rubato.Tests.Imaging;

/// <summary>Makes the bytes of PNG files by hand, right and wrong ones.</summary>
internal static class PngBytes
{
    public static byte[] Of(params byte[][] chunks) => [0x89, .. "PNG\r\n\u001a\n"u8, .. chunks.SelectMany(chunk => chunk)];

    public static byte[] Chunk(string type, params ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), CheckSum(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>A chunk of so many zeros whose check sum is wrong, for limits that come before it.</summary>
    public static byte[] Large(string type, int length)
    {
        var chunk = new byte[12 + length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        return chunk;
    }

    public static byte[] Header(int width, int height, byte depth = 8, byte colour = 0, byte interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[12]) = (depth, colour, interlace);
        return Chunk("IHDR", data);
    }

    /// <summary>Image data that inflates to these bytes.</summary>
    public static byte[] Data(params ReadOnlySpan<byte> bytes) => Chunk("IDAT", Deflate(bytes));

    public static byte[] End() => Chunk("IEND");

    public static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal))
            zlib.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>Bit by bit from the definition, so that it shares nothing with the table in the library.</summary>
    private static uint CheckSum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
                crc = ((crc ^ (uint)(b >> bit)) & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
