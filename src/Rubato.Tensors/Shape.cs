using System.Collections;
using System.Runtime.CompilerServices;

namespace Rubato.Tensors;

/// <summary>The lengths of a tensor's axes, outermost first; dense and row-major.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[]? _lengths;

    private Shape(int[] lengths) => _lengths = lengths;

    private int[] Lengths => _lengths ?? [];

    /// <summary>Number of axes; 0 for a scalar.</summary>
    public int Rank => Lengths.Length;

    // Not named Count: a collection expression takes a property of that name for the number of items to spread.
    /// <summary>Number of elements: the product of all lengths.</summary>
    public int Elements
    {
        get
        {
            long count = 1;
            foreach (int length in Lengths) count *= length;
            return (int)count;
        }
    }

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>Length of an axis; negative axes count from the end.</summary>
    public int this[int axis] => Lengths[axis < 0 ? axis + Lengths.Length : axis];

    /// <summary>Makes a shape, as the collection expression <c>[2, 3]</c> does.</summary>
    /// <param name="lengths">At least 0 each; the product must fit in 31 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or the product too large.</exception>
    public static Shape Create(params ReadOnlySpan<int> lengths)
    {
        long count = 1;
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
            count *= length;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, int.MaxValue, nameof(lengths));
        }

        return new Shape(lengths.ToArray());
    }

    /// <summary>The same shape with one axis of another length.</summary>
    public Shape With(int axis, int length)
    {
        int[] lengths = [.. Lengths];
        lengths[axis < 0 ? axis + lengths.Length : axis] = length;
        return Create(lengths);
    }

    /// <summary>The axis counted from the front; throws for one that the shape does not have.</summary>
    internal int Axis(int axis)
    {
        int front = axis < 0 ? axis + Rank : axis;
        return (uint)front < (uint)Rank ? front
            : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"the shape {this} has no such axis");
    }

    /// <summary>Product of the lengths of the axes from <paramref name="begin"/> up to, not including, <paramref name="end"/>.</summary>
    internal int Product(int begin, int end)
    {
        int product = 1;
        for (int axis = begin; axis < end; axis++) product *= Lengths[axis];
        return product;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Lengths.AsSpan().SequenceEqual(other.Lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in Lengths) hash.Add(length);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Lengths)}]";

    /// <summary>Enumerates the lengths, outermost first.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Lengths).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether all lengths are equal.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether some length differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
