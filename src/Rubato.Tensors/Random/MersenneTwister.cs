namespace Rubato.Tensors;

/// <summary>MT19937 of Matsumoto and Nishimura (1998), seeded by one integer (their initialisation of 2002).</summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _position = Size;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Size; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>The next 32 bits.</summary>
    public uint Next()
    {
        if (_position == Size)
            Twist();
        uint y = _state[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>The next 64 bits: the first output is the upper half.</summary>
    public ulong Next64()
    {
        ulong high = Next();
        return (high << 32) | Next();
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
        }
        _position = 0;
    }
}
