namespace Rubato.Imaging;

/// <summary>The check sum of PNG chunks (ISO 3309; PNG specification, annex D), of as many pieces as there are.</summary>
internal struct Crc32()
{
    private const uint Polynomial = 0xEDB8_8320;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Remainder)];

    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        foreach (byte b in bytes)
            state = Table[(byte)(state ^ b)] ^ (state >> 8);
        _state = state;
    }

    private static uint Remainder(int index)
    {
        uint remainder = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) != 0 ? Polynomial ^ (remainder >> 1) : remainder >> 1;
        return remainder;
    }
}
