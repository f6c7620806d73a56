using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>A tensor as it lies in a file: what it is, and how to get it. Row-major, little-endian.</summary>
public sealed class StoredTensor
{
    private const int ChunkBytes = 1 << 20;

    private readonly SafetensorsFile _file;

    internal StoredTensor(
        SafetensorsFile file, string name, SafetensorsDType dtype, ImmutableArray<long> shape, long begin, long end)
    {
        _file = file;
        Name = name;
        DType = dtype;
        Shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The path in the state dictionary, at most 1024 bytes of UTF-8, otherwise any text.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored. Some can be listed and copied but not computed with.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>The dimensions, slowest first, at most 8, each from 0; none for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>First byte, counted from the end of the header.</summary>
    public long Begin { get; }

    /// <summary>The byte after the last, counted from the end of the header.</summary>
    public long End { get; }

    /// <summary>Path of the file that holds the bytes.</summary>
    public string File => _file.Path;

    /// <summary>Bytes in the file.</summary>
    public long ByteCount => End - Begin;

    /// <summary>The product of the dimensions; 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Copies the stored bytes from <paramref name="offset"/> on, as many as the span takes.</summary>
    /// <exception cref="ArgumentException">The range is not inside of the tensor.</exception>
    /// <exception cref="CheckpointException">The file became shorter since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > ByteCount || destination.Length > ByteCount - offset)
            throw new ArgumentException($"The range {offset}+{destination.Length} is not in {ByteCount} bytes.");
        _file.ReadData(this, offset, destination);
    }

    /// <summary>Copies all the stored bytes.</summary>
    /// <param name="destination">Exactly <see cref="ByteCount"/> bytes.</param>
    /// <inheritdoc cref="Read(long, Span{byte})" path="/exception"/>
    public void Read(Span<byte> destination)
    {
        RequireLength(destination.Length, ByteCount);
        Read(0, destination);
    }

    /// <summary>
    /// Reads the elements as float32: F16 and BF16 exactly, F64 and integers rounded to nearest, BOOL as 0 and 1.
    /// NaN and infinity come through as they are stored.
    /// </summary>
    /// <param name="destination">Exactly <see cref="ElementCount"/> elements.</param>
    /// <exception cref="CheckpointException">The dtype is one that we do not compute with, or the file became shorter.</exception>
    public void ReadFloats(Span<float> destination)
    {
        RequireLength(destination.Length, ElementCount);
        if (DType == SafetensorsDType.F32)
        {
            for (int done = 0; done < destination.Length; done += ChunkBytes)
            {
                int count = Math.Min(ChunkBytes, destination.Length - done);
                _file.ReadData(this, 4L * done, MemoryMarshal.AsBytes(destination.Slice(done, count)));
            }
        }
        else
        {
            ReadChunks(destination, Widening.CanBeFloats(DType), Widening.ToFloats);
        }
    }

    /// <summary>As <see cref="ReadFloats"/>, for the weights of a model: a NaN or an infinity is refused.</summary>
    /// <inheritdoc cref="ReadFloats" path="/param"/>
    /// <exception cref="CheckpointException">As there, or an element is not finite: the message says which.</exception>
    public void ReadFiniteFloats(Span<float> destination)
    {
        ReadFloats(destination);
        int index = Widening.IndexOfNonFinite(destination);
        if (index >= 0)
            throw CheckpointException.OfTensor(File, Name,
                string.Create(CultureInfo.InvariantCulture, $"holds {destination[index]} at element {index}"),
                "the weights of a model are finite numbers");
    }

    /// <summary>Reads integers of any width, and BOOL as 0 and 1.</summary>
    /// <param name="destination">Exactly <see cref="ElementCount"/> elements.</param>
    /// <exception cref="CheckpointException">
    /// The dtype is no integer, a U64 is above 2^63 - 1, or the file became shorter.
    /// </exception>
    public void ReadIntegers(Span<long> destination)
    {
        RequireLength(destination.Length, ElementCount);
        try
        {
            ReadChunks(destination, Widening.CanBeIntegers(DType), Widening.ToIntegers);
        }
        catch (OverflowException)
        {
            throw CheckpointException.OfTensor(File, Name, "holds an integer above 2^63 - 1", "ours have 63 bits");
        }
    }

    /// <summary>The tensor as it is, for a file that is written while this one is open.</summary>
    public TensorSource AsSource() => new(Name, DType, Shape.AsSpan(), stream =>
    {
        byte[] chunk = new byte[Math.Min(ChunkBytes, ByteCount)];
        for (long done = 0; done < ByteCount; done += chunk.Length)
        {
            Span<byte> bytes = chunk.AsSpan(0, (int)Math.Min(chunk.Length, ByteCount - done));
            Read(done, bytes);
            stream.Write(bytes);
        }
    });

    private delegate void Convert<T>(SafetensorsDType type, ReadOnlySpan<byte> stored, Span<T> destination);

    private void ReadChunks<T>(Span<T> destination, bool possible, Convert<T> convert)
    {
        if (!possible)
            throw CheckpointException.OfTensor(File, Name, $"has the dtype {DType}, which cannot be read as "
                + (typeof(T) == typeof(float) ? "numbers here" : "integers"), "convert the file to another dtype first");
        int size = DType.Bits() / 8;
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, ByteCount));
        try
        {
            for (long done = 0; done < destination.Length; done += ChunkBytes / size)
            {
                int count = (int)Math.Min(ChunkBytes / size, destination.Length - done);
                Span<byte> stored = chunk.AsSpan(0, count * size);
                _file.ReadData(this, done * size, stored);
                convert(DType, stored, destination.Slice((int)done, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private void RequireLength(int length, long expected)
    {
        if (length != expected)
            throw new ArgumentException($"Tensor \"{Printable.Escape(Name)}\" takes {expected} places, not {length}.");
    }
}
