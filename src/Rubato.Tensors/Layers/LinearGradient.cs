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
    /// <param name="precision">What the product is computed in.</param>
    /// <returns>[.., inputs]</returns>
    public static Tensor Input(Tensor dy, Tensor weight, Precision precision = Precision.Float32)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        Tensor dx = Tensor.Empty(dy.Shape.With(-1, inputs));
        using Scope scope = Scope.Begin();   // for the packed weights
        PackedMatrix turned = KernelSet.Current.Pack(new WeightMatrix
        {
            Data = weight.Floats,
            Columns = inputs,
            Channels = outputs,
            ColumnStride = 1,
            ChannelStride = inputs,
        }, precision);
        turned.Multiply(new Product
        {
            Rows = RowSource.Matrix(dy.Floats, dy.Count / Math.Max(1, outputs), outputs),
            Output = dx.Floats,
            OutputStride = inputs,
        });
        return dx;
    }

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
}
