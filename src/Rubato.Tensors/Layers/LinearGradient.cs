using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>
/// What a loss's gradient by the output of a <see cref="Linear"/> says about its input and weights; its bias is that of
/// <see cref="Conv2dGradient.Bias"/>.
/// </summary>
internal static unsafe class LinearGradient
{
    /// <summary>The gradient by the input.</summary>
    /// <param name="dy">The gradient by the output: [.., outputs]</param>
    /// <param name="weight">[outputs, inputs]</param>
    /// <returns>[.., inputs]</returns>
    public static Tensor Input(Tensor dy, Tensor weight)
    {
        Tensor dx = Tensor.Empty(dy.Shape.With(-1, weight.Shape[1]));
        using Scope scope = Scope.Begin();   // for the packed weights
        Multiply(dy, Pack(weight), dx);
        return dx;
    }

    /// <summary>The same by weights that <see cref="Pack"/> packed before.</summary>
    public static Tensor Input(Tensor dy, PackedMatrix weights, int inputs)
    {
        Tensor dx = Tensor.Empty(dy.Shape.With(-1, inputs));
        Multiply(dy, weights, dx);
        return dx;
    }

    /// <summary>Packs the weights [outputs, inputs] for the gradient by the input.</summary>
    public static PackedMatrix Pack(Tensor weight) => KernelSet.Current.Pack(Turned(weight));

    /// <summary>Packs other weights of the same shape in place of the first.</summary>
    public static void Update(PackedMatrix packed, Tensor weight) => packed.Update(Turned(weight));

    /// <summary>Adds the gradient by the weights.</summary>
    /// <param name="x">The layer's input: [.., inputs]</param>
    /// <param name="dy">The gradient by the output: [.., outputs]</param>
    /// <param name="dWeight">[outputs, inputs]</param>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public static void Weight(Tensor x, Tensor dy, Tensor dWeight)
    {
        (int outputs, int inputs) = (dWeight.Shape[0], dWeight.Shape[1]);
        int rows = x.Count / Math.Max(1, inputs);
        if (x.Shape[-1] != inputs || dy.Shape[-1] != outputs || dy.Count / Math.Max(1, outputs) != rows)
            throw new ArgumentException($"{x.Shape} and {dy.Shape} are no input and output of weights {dWeight.Shape}.", nameof(dy));
        Conv2dGradient.Weight(x.Reshape(1, 1, rows, inputs), dy.Reshape(1, 1, rows, outputs), new ConvOptions(),
            dWeight.Reshape(outputs, inputs, 1, 1));
    }

    private static void Multiply(Tensor dy, PackedMatrix weights, Tensor dx)
    {
        int outputs = dy.Shape[-1];
        weights.Multiply(new Product
        {
            Rows = RowSource.Matrix(dy.Floats, dy.Count / Math.Max(1, outputs), outputs),
            Output = dx.Floats,
            OutputStride = dx.Shape[-1],
        });
    }

    private static WeightMatrix Turned(Tensor weight) => new()
    {
        Data = weight.Floats,
        Columns = weight.Shape[1],
        Channels = weight.Shape[0],
        ColumnStride = 1,
        ChannelStride = weight.Shape[1],
    };
}
