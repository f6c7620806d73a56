using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>y = activation(x W^T + b + residual).</summary>
public sealed unsafe class Linear
{
    private readonly PackedMatrix _weights;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">[outputs, inputs]</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="precision">What the product is computed in.</param>
    public Linear(Tensor weight, Tensor? bias, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(weight);
        (Outputs, Inputs) = (weight.Shape[0], weight.Shape[1]);
        _weights = KernelSet.Current.Pack(new WeightMatrix
        {
            Data = weight.Floats,
            Bias = bias is null ? null : bias.Floats,
            Columns = Outputs,
            Channels = Inputs,
            ColumnStride = Inputs,
            ChannelStride = 1,
        }, precision);
    }

    /// <summary>Length of the last axis of x.</summary>
    public int Inputs { get; }

    /// <summary>Length of the last axis of y.</summary>
    public int Outputs { get; }

    /// <summary>Reads <c>weight</c> [outputs, inputs] and, where the layer has one, <c>bias</c> [outputs].</summary>
    public static Linear Load(Weights weights, int inputs, int outputs, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new Linear(weights.Read("weight", [outputs, inputs]), bias ? weights.Read("bias", [outputs]) : null,
            weights.Precision);
    }

    /// <summary>Applies the layer to the last axis.</summary>
    /// <param name="x">[.., inputs]</param>
    /// <param name="activation">Applied last.</param>
    /// <param name="residual">Added before the activation: [.., outputs].</param>
    /// <returns>[.., outputs]</returns>
    public Tensor Forward(Tensor x, Activation activation = Activation.None, Tensor? residual = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape[-1] != Inputs)
            throw new ArgumentException($"The last axis of {x.Shape} must have the layer's {Inputs} inputs.", nameof(x));
        Tensor y = Tensor.Empty(x.Shape.With(-1, Outputs));
        if (residual is not null && residual.Shape != y.Shape)
            throw new ArgumentException($"The residual has shape {residual.Shape}, the result {y.Shape}.", nameof(residual));
        _weights.Multiply(new Product
        {
            Rows = RowSource.Matrix(x.Floats, x.Count / Inputs, Inputs),
            Output = y.Floats,
            OutputStride = Outputs,
            Residual = residual is null ? null : residual.Floats,
            Activation = activation,
        });
        return y;
    }
}
