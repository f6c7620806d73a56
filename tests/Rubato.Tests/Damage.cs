using FsCheck;
using FsCheck.Fluent;

namespace Rubato.Tests;

/// <summary>What happens to files: bits flip, ends are lost, bytes are lost, doubled, put in or overwritten.</summary>
internal static class Damage
{
    /// <summary>The bytes with one to four faults.</summary>
    public static Gen<byte[]> Of(byte[] valid) =>
        from faults in Gen.Choose(1, 4)
        from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(3 * faults)
        select numbers.Chunk(3).Aggregate(valid, Apply);

    private static byte[] Apply(byte[] bytes, int[] numbers)
    {
        if (bytes.Length == 0)
            return bytes;
        int at = numbers[0] % bytes.Length, length = Math.Min(1 + numbers[1] % 16, bytes.Length - at);
        byte value = (byte)(numbers[2] >> 8);
        byte[] before = bytes[..at], after = bytes[(at + length)..];
        return (numbers[2] % 7) switch
        {
            0 => [.. before, (byte)(bytes[at] ^ 1 << value % 8), .. bytes[(at + 1)..]],
            1 => before,
            2 => [.. before, .. after],
            3 => [.. bytes[..(at + length)], .. bytes[at..]],
            4 => [.. before, .. Enumerable.Repeat(value, length), .. bytes[at..]],
            5 => [.. before, .. Enumerable.Repeat(byte.MaxValue, length), .. after],
            _ => [.. before, (byte)('0' + value % 10), .. bytes[(at + 1)..]],
        };
    }
}
