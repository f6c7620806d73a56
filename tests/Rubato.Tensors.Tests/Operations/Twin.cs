namespace Rubato.Tensors.Tests.Operations;

/// <summary>An array in float64 whose elements are written down one by one: what operations are compared with.</summary>
internal sealed class Twin
{
    private Twin(double[] values, int[] shape) => (Values, Shape) = (values, shape);

    public double[] Values { get; }

    public int[] Shape { get; }

    public double this[params ReadOnlySpan<int> index] => Values[Offset(index)];

    public static Twin Of(Tensor tensor) => new([.. tensor.ToArray().Select(x => (double)x)], [.. tensor.Shape]);

    public static Twin Build(int[] shape, Func<int[], double> element)
    {
        double[] values = new double[shape.Aggregate(1, (product, length) => product * length)];
        int[] index = new int[shape.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element(index);
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }

        return new Twin(values, shape);
    }

    /// <summary>The array at a distance along a direction.</summary>
    public Twin Moved(Tensor direction, double by) => new([.. Values.Zip(direction.ToArray(), (x, d) => x + by * d)], Shape);

    public Twin Map(Func<double, double> function) => new([.. Values.Select(function)], Shape);

    /// <summary>The element at a place, or zero outside of the array.</summary>
    public double OrZero(params ReadOnlySpan<int> index)
    {
        for (int axis = 0; axis < index.Length; axis++)
            if ((uint)index[axis] >= (uint)Shape[axis]) return 0;
        return this[index];
    }

    private int Offset(ReadOnlySpan<int> index)
    {
        Assert.Equal(Shape.Length, index.Length);
        int offset = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            Assert.InRange(index[axis], 0, Shape[axis] - 1);
            offset = offset * Shape[axis] + index[axis];
        }

        return offset;
    }
}
