using System.Diagnostics.CodeAnalysis;
using Rubato.Tensors;

namespace Rubato.Checkpoints;

/// <summary>
/// Element types of the safetensors format, by the names that stand in the files and in the order of the reference
/// implementation: a writer puts later ones first.
/// </summary>
[SuppressMessage("Naming", "CA1707", Justification = "These are the format's own names.")]
public enum SafetensorsDType
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>4-bit float, two to a byte.</summary>
    F4,

    /// <summary>6-bit float: 2 bits of exponent, 3 of fraction.</summary>
    F6_E2M3,

    /// <summary>6-bit float: 3 bits of exponent, 2 of fraction.</summary>
    F6_E3M2,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>8-bit float: 5 bits of exponent, 2 of fraction.</summary>
    F8_E5M2,

    /// <summary>8-bit float: 4 bits of exponent, 3 of fraction.</summary>
    F8_E4M3,

    /// <summary>8-bit power of two.</summary>
    F8_E8M0,

    /// <summary>F8_E4M3 without infinity and negative zero.</summary>
    F8_E4M3FNUZ,

    /// <summary>F8_E5M2 without infinity and negative zero.</summary>
    F8_E5M2FNUZ,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>Two binary32: real and imaginary part.</summary>
    C64,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}

/// <summary>Facts about a <see cref="SafetensorsDType"/>.</summary>
public static class SafetensorsDTypes
{
    /// <summary>Every element type of the format with its name in files.</summary>
    public static readonly IReadOnlyDictionary<string, SafetensorsDType> ByName =
        Enum.GetValues<SafetensorsDType>().ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    /// <summary>Bits of one element: 4 to 64.</summary>
    public static int Bits(this SafetensorsDType type) => type switch
    {
        SafetensorsDType.F4 => 4,
        SafetensorsDType.F6_E2M3 or SafetensorsDType.F6_E3M2 => 6,
        <= SafetensorsDType.F8_E5M2FNUZ => 8,
        <= SafetensorsDType.BF16 => 16,
        <= SafetensorsDType.F32 => 32,
        _ => 64,
    };

    /// <summary>The engine's name for the type, or null where the engine has none.</summary>
    public static DType? ToDType(this SafetensorsDType type) => type switch
    {
        SafetensorsDType.BOOL => DType.Bool,
        SafetensorsDType.U8 => DType.UInt8,
        SafetensorsDType.I8 => DType.Int8,
        SafetensorsDType.F16 => DType.Float16,
        SafetensorsDType.BF16 => DType.BFloat16,
        SafetensorsDType.I32 => DType.Int32,
        SafetensorsDType.F32 => DType.Float32,
        SafetensorsDType.F64 => DType.Float64,
        SafetensorsDType.I64 => DType.Int64,
        _ => null,
    };

    /// <summary>The name in files of one of the engine's types.</summary>
    public static SafetensorsDType ToSafetensors(this DType type) => type switch
    {
        DType.Bool => SafetensorsDType.BOOL,
        DType.UInt8 => SafetensorsDType.U8,
        DType.Int8 => SafetensorsDType.I8,
        DType.Float16 => SafetensorsDType.F16,
        DType.BFloat16 => SafetensorsDType.BF16,
        DType.Int32 => SafetensorsDType.I32,
        DType.Float32 => SafetensorsDType.F32,
        DType.Float64 => SafetensorsDType.F64,
        DType.Int64 => SafetensorsDType.I64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is no element type"),
    };
}
