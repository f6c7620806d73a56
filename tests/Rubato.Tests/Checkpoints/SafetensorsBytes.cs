using System.Buffers.Binary;
using System.Text;

namespace Rubato.Tests.Checkpoints;

/// <summary>Makes the bytes of safetensors files by hand, right and wrong ones.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A length (by default the true one), a header and data.</summary>
    public static byte[] Of(string header, ReadOnlySpan<byte> data, ulong? length = null) =>
        Of(Encoding.UTF8.GetBytes(header), data, length);

    public static byte[] Of(byte[] header, ReadOnlySpan<byte> data, ulong? length = null)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length ?? (ulong)header.Length);
        return [.. prefix, .. header, .. data];
    }

    /// <summary>A file with the one tensor "w" of any type and shape.</summary>
    public static byte[] OfOne(string dtype, string shape, ReadOnlySpan<byte> data) =>
        Of($$$"""{"w":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":[0,{{{data.Length}}}]}}""", data);
}
