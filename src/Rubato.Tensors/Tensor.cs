using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Tensors.Autograd;

namespace Rubato.Tensors;

/// <summary>
/// A dense, row-major array of numbers. Operations compute in float32 and return new tensors; the memory belongs to
/// the current <see cref="Scope"/>, or to the garbage collector outside of one. Operations are extension methods,
/// one file each in <c>Operations/</c>.
/// </summary>
public sealed unsafe class Tensor
{
    private readonly long _offset;

    private Tensor(TensorMemory memory, long offset, Shape shape, DType dtype)
        => (Memory, _offset, Shape, DType) = (memory, offset, shape, dtype);

    /// <summary>Lengths of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>How elements are stored.</summary>
    public DType DType { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Shape.Elements;

    internal TensorMemory Memory { get; }

    /// <summary>Where the tape sums the derivative with respect to this tensor; null where it needs none.</summary>
    internal Adjoint? Adjoint { get; set; }

    internal long ByteCount => (long)Count * DType.Size();

    /// <summary>First element of a float32 tensor.</summary>
    internal float* Floats => DType == DType.Float32 ? (float*)(Memory.Pointer + _offset)
        : throw new InvalidOperationException($"This operation computes in float32; the tensor holds {DType}. Use ToFloat32().");

    internal byte* Bytes => Memory.Pointer + _offset;

    /// <summary>A tensor whose elements are not set.</summary>
    public static Tensor Empty(Shape shape, DType dtype = DType.Float32)
        => new(TensorMemory.Allocate((long)shape.Elements * dtype.Size()), 0, shape, dtype);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32)
    {
        Tensor tensor = Empty(shape, dtype);
        tensor.AsBytes().Clear();
        return tensor;
    }

    /// <summary>A float32 tensor with one value everywhere.</summary>
    public static Tensor Full(Shape shape, float value)
    {
        Tensor tensor = Empty(shape);
        tensor.AsSpan().Fill(value);
        return tensor;
    }

    /// <summary>Copies values into a new float32 tensor.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static Tensor From(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Elements)
            throw new ArgumentException($"{values.Length} values do not fill the shape {shape}.", nameof(values));
        Tensor tensor = Empty(shape);
        values.CopyTo(tensor.AsSpan());
        return tensor;
    }

    /// <summary>Copies values into a new float64 tensor.</summary>
    /// <inheritdoc cref="From(ReadOnlySpan{float}, Shape)" path="/exception"/>
    public static Tensor From(ReadOnlySpan<double> values, Shape shape)
        => FromBytes(MemoryMarshal.AsBytes(values), shape, DType.Float64);

    /// <summary>Copies raw elements, little-endian, into a new tensor of any type.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not that of the shape.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, Shape shape, DType dtype)
    {
        Tensor tensor = Empty(shape, dtype);
        if (bytes.Length != tensor.ByteCount)
            throw new ArgumentException($"{bytes.Length} bytes do not fill the shape {shape} of {dtype}.", nameof(bytes));
        bytes.CopyTo(tensor.AsBytes());
        return tensor;
    }

    /// <summary>The elements of a float32 tensor; valid as long as the tensor.</summary>
    public Span<float> AsSpan() => new(Floats, Count);

    /// <summary>The elements as raw bytes; valid as long as the tensor.</summary>
    public Span<byte> AsBytes() => new(Bytes, checked((int)ByteCount));

    /// <summary>The elements of a tensor that stores <typeparamref name="T"/>; valid as long as the tensor.</summary>
    /// <exception cref="InvalidOperationException">The element size is not that of <typeparamref name="T"/>.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
        => Unsafe.SizeOf<T>() == DType.Size() ? new Span<T>(Bytes, Count)
            : throw new InvalidOperationException($"A tensor of {DType} cannot be read as {typeof(T).Name}.");

    /// <summary>Copies the elements of a float32 tensor to a new array.</summary>
    public float[] ToArray() => AsSpan().ToArray();

    /// <summary>The same elements under another shape; no copy.</summary>
    /// <param name="shape">One length may be -1: it follows from the others.</param>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        Span<int> lengths = stackalloc int[shape.Length];
        shape.CopyTo(lengths);
        int open = lengths.IndexOf(-1);
        if (open >= 0)
        {
            lengths[open] = 1;
            int known = Shape.Create(lengths).Elements;
            lengths[open] = known == 0 ? 0 : Count / known;
        }

        return Reshape(Shape.Create(lengths));
    }

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    public Tensor Reshape(Shape shape)
    {
        if (shape.Elements != Count)
            throw new ArgumentException($"A tensor of shape {Shape} cannot be seen as {shape}.", nameof(shape));
        var view = new Tensor(Memory, _offset, shape, DType);
        if (Tape.For(this) is { } tape) RecordView(tape, view);
        return view;
    }

    /// <summary>Rows <paramref name="begin"/> to <paramref name="begin"/> + <paramref name="count"/> of the first axis; no copy.</summary>
    public Tensor Rows(int begin, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(begin);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(begin + count, Shape[0], nameof(count));
        long row = (long)Shape.Product(1, Shape.Rank) * DType.Size();
        var view = new Tensor(Memory, _offset + begin * row, Shape.With(0, count), DType);
        if (Tape.For(this) is { } tape) RecordRows(tape, view, begin);
        return view;
    }

    /// <summary>A copy with memory of its own.</summary>
    public Tensor Clone()
    {
        Tensor copy = CopyTo(TensorMemory.Allocate(ByteCount));
        if (Tape.For(this) is { } tape) RecordView(tape, copy);
        return copy;
    }

    internal Tensor CopyTo(TensorMemory memory)
    {
        var copy = new Tensor(memory, 0, Shape, DType);
        Buffer.MemoryCopy(Bytes, copy.Bytes, ByteCount, ByteCount);
        return copy;
    }

    private void RecordView(Tape tape, Tensor same) => tape.Record(same, dy => Adjoint!.Add(dy.Reshape(Shape)));

    private void RecordRows(Tape tape, Tensor rows, int begin)
        => tape.Record(rows, dy => Elementwise.Accumulate(Adjoint!.Sum().Rows(begin, dy.Shape[0]), dy));

    /// <inheritdoc/>
    public override string ToString() => $"{DType} {Shape}";

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => left.Add(right);

    /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
    public static Tensor operator -(Tensor left, Tensor right) => left.Subtract(right);

    /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
    public static Tensor operator *(Tensor left, Tensor right) => left.Multiply(right);

    /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
    public static Tensor operator /(Tensor left, Tensor right) => left.Divide(right);

    /// <summary>Every element times a number; the product is rounded once.</summary>
    public static Tensor operator *(double scale, Tensor tensor) => tensor.Scale(scale);

    /// <inheritdoc cref="op_Multiply(double, Tensor)"/>
    public static Tensor operator *(Tensor tensor, double scale) => tensor.Scale(scale);

    /// <summary>Every element divided by a number.</summary>
    public static Tensor operator /(Tensor tensor, double divisor) => tensor.Scale(1 / divisor);

    /// <summary>Every element with its sign turned.</summary>
    public static Tensor operator -(Tensor tensor) => tensor.Scale(-1);
}
