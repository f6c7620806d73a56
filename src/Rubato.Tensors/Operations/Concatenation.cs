using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Joining tensors along an axis, and taking them apart.</summary>
public static unsafe class Concatenation
{
    /// <summary>Tensors one after the other along an axis; all other lengths are equal.</summary>
    /// <param name="axis">Negative axes count from the end.</param>
    /// <param name="tensors">At least one.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty) throw new ArgumentException("There is nothing to join.", nameof(tensors));
        Shape first = tensors[0].Shape;
        int front = first.Axis(axis), length = 0;
        foreach (Tensor tensor in tensors)
        {
            if (tensor.Shape.Rank != first.Rank || tensor.Shape.With(front, first[front]) != first)
                throw new ArgumentException($"{tensor.Shape} cannot be joined to {first} along axis {front}.", nameof(tensors));
            length = checked(length + tensor.Shape[front]);
        }

        Tensor result = Tensor.Empty(first.With(front, length));
        int rows = first.Product(0, front), inner = first.Product(front + 1, first.Rank);
        float* to = result.Floats;
        foreach (Tensor tensor in tensors)
        {
            int run = tensor.Shape[front] * inner;
            RowCopy.Copy(tensor.Floats, run, to, (long)length * inner, rows, run);
            to += run;
        }

        foreach (Tensor tensor in tensors)
        {
            if (Tape.For(tensor) is not { } tape) continue;
            RecordConcat(tape, front, tensors.ToArray(), result);
            break;
        }

        return result;
    }

    private static void RecordConcat(Tape tape, int axis, Tensor[] tensors, Tensor result) => tape.Record(result, dy =>
    {
        int begin = 0;
        foreach (Tensor tensor in tensors)
        {
            tensor.Adjoint?.Add(dy.Slice(axis, begin, tensor.Shape[axis]));
            begin += tensor.Shape[axis];
        }
    });

    /// <summary>A stretch of an axis, as a copy.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Negative axes count from the end.</param>
    /// <param name="begin">First index.</param>
    /// <param name="count">Number of indices.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis is shorter.</exception>
    public static Tensor Slice(this Tensor x, int axis, int begin, int count)
    {
        ArgumentNullException.ThrowIfNull(x);
        int front = x.Shape.Axis(axis), length = x.Shape[front];
        ArgumentOutOfRangeException.ThrowIfNegative(begin);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(begin, length - count);
        Tensor result = Tensor.Empty(x.Shape.With(front, count));
        int inner = x.Shape.Product(front + 1, x.Shape.Rank);
        RowCopy.Copy(x.Floats + (long)begin * inner, (long)length * inner, result.Floats, (long)count * inner,
            x.Shape.Product(0, front), count * inner);
        if (Tape.For(x) is { } tape) RecordSlice(tape, x, front, begin, result);
        return result;
    }

    private static void RecordSlice(Tape tape, Tensor x, int axis, int begin, Tensor result) => tape.Record(result, dy =>
    {
        Tensor dx = Tensor.Zeros(x.Shape);
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank), run = dy.Shape[axis] * inner;
        RowCopy.Copy(dy.Floats, run, dx.Floats + (long)begin * inner, (long)x.Shape[axis] * inner, x.Shape.Product(0, axis), run);
        x.Adjoint!.Add(dx);
    });
}
