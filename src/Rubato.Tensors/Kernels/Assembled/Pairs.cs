using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>
/// Operands of products that take two numbers of K at a time: a lane of 32 bits holds two of a row of A, or of a column
/// of B, whose 32 columns are two halves of [16 pairs][16 columns].
/// </summary>
internal static unsafe class Pairs
{
    public const int Columns = 32;

    private const int HalfBytes = 1024, LaneBytes = 64;

    /// <summary>32 rounded numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Round(float* from)
        => Vector512.Narrow(Bits(from) >>> 16, Bits(from + Vector512<float>.Count) >>> 16);

    /// <summary>Up to 31 rounded numbers, filled up with zeros.</summary>
    public static Vector512<ushort> Round(float* from, int count)
    {
        float* filled = stackalloc float[BFloat16.Step];
        for (int i = 0; i < BFloat16.Step; i++) filled[i] = i < count ? from[i] : 0;
        return Round(filled);
    }

    /// <summary>Writes pair i of every column: the rounded numbers of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(int pair, float* lower, float* upper, byte* to)
    {
        for (int half = 0; half < 2; half++, lower += Columns / 2, upper += Columns / 2)
            ((Bits(lower) >>> 16) | Bits(upper)).Store((uint*)(to + half * HalfBytes + pair * LaneBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Bits(float* from) => Simd512.RoundToBFloat16(Simd512.Load(from)).AsUInt32();
}
