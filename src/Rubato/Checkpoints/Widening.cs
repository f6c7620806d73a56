using System.Numerics;
using System.Runtime.InteropServices;

namespace Rubato.Checkpoints;

/// <summary>From stored bytes (little-endian, any alignment of the file) to float32 and to int64.</summary>
internal static class Widening
{
    public static bool CanBeFloats(SafetensorsDType type) =>
        CanBeIntegers(type) || type is SafetensorsDType.F16 or SafetensorsDType.BF16 or SafetensorsDType.F32
            or SafetensorsDType.F64;

    public static bool CanBeIntegers(SafetensorsDType type) =>
        type is SafetensorsDType.BOOL or SafetensorsDType.U8 or SafetensorsDType.I8 or SafetensorsDType.U16
            or SafetensorsDType.I16 or SafetensorsDType.U32 or SafetensorsDType.I32 or SafetensorsDType.U64
            or SafetensorsDType.I64;

    public static void ToFloats(SafetensorsDType type, ReadOnlySpan<byte> stored, Span<float> floats)
    {
        switch (type)
        {
            case SafetensorsDType.BF16: FromBFloat16(MemoryMarshal.Cast<byte, ushort>(stored), floats); break;
            case SafetensorsDType.F16: FromFloat16(MemoryMarshal.Cast<byte, ushort>(stored), floats); break;
            case SafetensorsDType.F32: MemoryMarshal.Cast<byte, float>(stored).CopyTo(floats); break;
            case SafetensorsDType.F64: Each<double, float>(stored, floats); break;
            case SafetensorsDType.BOOL: Truths(stored, floats); break;
            case SafetensorsDType.U8: Each<byte, float>(stored, floats); break;
            case SafetensorsDType.I8: Each<sbyte, float>(stored, floats); break;
            case SafetensorsDType.U16: Each<ushort, float>(stored, floats); break;
            case SafetensorsDType.I16: Each<short, float>(stored, floats); break;
            case SafetensorsDType.U32: Each<uint, float>(stored, floats); break;
            case SafetensorsDType.I32: Each<int, float>(stored, floats); break;
            case SafetensorsDType.U64: Each<ulong, float>(stored, floats); break;
            case SafetensorsDType.I64: Each<long, float>(stored, floats); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "has no float32 form");
        }
    }

    /// <summary>Integers of any width; throws an overflow where an unsigned one is above 2^63 - 1.</summary>
    public static void ToIntegers(SafetensorsDType type, ReadOnlySpan<byte> stored, Span<long> integers)
    {
        switch (type)
        {
            case SafetensorsDType.BOOL: Truths(stored, integers); break;
            case SafetensorsDType.U8: Each<byte, long>(stored, integers); break;
            case SafetensorsDType.I8: Each<sbyte, long>(stored, integers); break;
            case SafetensorsDType.U16: Each<ushort, long>(stored, integers); break;
            case SafetensorsDType.I16: Each<short, long>(stored, integers); break;
            case SafetensorsDType.U32: Each<uint, long>(stored, integers); break;
            case SafetensorsDType.I32: Each<int, long>(stored, integers); break;
            case SafetensorsDType.U64: Each<ulong, long>(stored, integers); break;
            case SafetensorsDType.I64: Each<long, long>(stored, integers); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "is no integer type");
        }
    }

    /// <summary>Index of the first NaN or infinity, -1 if there is none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> floats)
    {
        const uint Exponent = 0x7F80_0000;
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(floats);
        var exponent = new Vector<uint>(Exponent);
        int i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.EqualsAny(new Vector<uint>(bits[i..]) & exponent, exponent))
                break;
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
                return i;
        }

        return -1;
    }

    private static void FromBFloat16(ReadOnlySpan<ushort> halves, Span<float> floats)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(floats);
        int width = Vector<ushort>.Count, i = 0;
        for (; i <= halves.Length - width; i += width)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + width / 2)..]);
        }

        for (; i < halves.Length; i++)
            bits[i] = (uint)halves[i] << 16;
    }

    private static void FromFloat16(ReadOnlySpan<ushort> halves, Span<float> floats)
    {
        int width = Vector<ushort>.Count, i = 0;
        for (; i <= halves.Length - width; i += width)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out Vector<uint> low, out Vector<uint> high);
            FromFloat16(low).CopyTo(floats[i..]);
            FromFloat16(high).CopyTo(floats[(i + width / 2)..]);
        }

        for (; i < halves.Length; i++)
            floats[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
    }

    /// <summary>
    /// Exponent and fraction are moved to their places in a float32 and multiplied by 2^112, the difference of the two
    /// biases, which is exact for subnormal numbers too; an exponent of all ones is then put back.
    /// </summary>
    private static Vector<float> FromFloat16(Vector<uint> halves)
    {
        var scale = new Vector<float>(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        Vector<uint> magnitude = halves & new Vector<uint>(0x7FFF);
        Vector<uint> special = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00));
        Vector<uint> bits = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude << 13) * scale);
        bits |= special & new Vector<uint>(0x7F80_0000);
        return Vector.AsVectorSingle(bits | ((halves & new Vector<uint>(0x8000)) << 16));
    }

    private static void Each<TFrom, TTo>(ReadOnlySpan<byte> stored, Span<TTo> destination)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : INumber<TTo>
    {
        ReadOnlySpan<TFrom> values = MemoryMarshal.Cast<byte, TFrom>(stored);
        for (int i = 0; i < values.Length; i++)
            destination[i] = TTo.CreateChecked(values[i]);
    }

    /// <summary>Whatever byte stands for "true" in the file, it counts as 1.</summary>
    private static void Truths<T>(ReadOnlySpan<byte> stored, Span<T> destination)
        where T : INumber<T>
    {
        for (int i = 0; i < stored.Length; i++)
            destination[i] = stored[i] == 0 ? T.Zero : T.One;
    }
}
