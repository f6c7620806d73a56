using System.Collections.Immutable;
using System.Text;

namespace Rubato.Checkpoints;

/// <summary>A tensor to be written: what it is, and what writes its bytes when their turn has come.</summary>
public sealed class TensorSource
{
    /// <summary>A tensor whose bytes are produced when they are needed.</summary>
    /// <param name="name">1 to 1024 bytes of UTF-8.</param>
    /// <param name="dtype">How the elements are stored.</param>
    /// <param name="shape">At most 8 dimensions, each from 0; none for a scalar.</param>
    /// <param name="write">Writes exactly <see cref="ByteCount"/> bytes, row-major and little-endian.</param>
    /// <exception cref="ArgumentException">The name or the shape breaks a rule of the format.</exception>
    public TensorSource(string name, SafetensorsDType dtype, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (StrictUtf8.GetByteCount(name) > SafetensorsLimits.NameBytes || name == SafetensorsLimits.MetadataKey)
            throw new ArgumentException("A name has at most 1024 bytes and is not __metadata__.", nameof(name));
        if (shape.Length > SafetensorsLimits.Rank)
            throw new ArgumentException("A shape has at most 8 dimensions.", nameof(shape));
        Name = name;
        DType = dtype;
        Shape = [.. shape];
        Write = write;
        ByteCount = Size(dtype, shape);
    }

    /// <summary>A tensor whose bytes are at hand.</summary>
    /// <inheritdoc cref="TensorSource(string, SafetensorsDType, ReadOnlySpan{long}, Action{Stream})"/>
    public TensorSource(string name, SafetensorsDType dtype, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data)
        : this(name, dtype, shape, stream => stream.Write(data.Span))
    {
        if (data.Length != ByteCount)
            throw new ArgumentException($"The shape takes {ByteCount} bytes, not {data.Length}.", nameof(data));
    }

    /// <summary>The path in the state dictionary.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>The dimensions, slowest first.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Bytes in the file.</summary>
    public long ByteCount { get; }

    internal static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal Action<Stream> Write { get; }

    private static long Size(SafetensorsDType dtype, ReadOnlySpan<long> shape)
    {
        long bits = dtype.Bits();
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            bits = checked(bits * dimension);
        }

        return bits % 8 == 0 ? bits / 8 : throw new ArgumentException("A tensor takes whole bytes.", nameof(shape));
    }
}
