using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>y = activation(x W^T + b + residual).</summary>
public sealed unsafe class Linear
{
    private readonly LayerWeights _weights;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">[outputs, inputs]</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="precision">What the product is computed in.</param>
    public Linear(Tensor weight, Tensor? bias, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(weight);
        (Outputs, Inputs) = (weight.Shape[0], weight.Shape[1]);
        _weights = new LayerWeights(weight, bias, groups: 1, precision, (weight, bias, _) => new WeightMatrix
        {
            Data = weight.Floats,
            Bias = bias is null ? null : bias.Floats,
            Columns = weight.Shape[0],
            Channels = weight.Shape[1],
            ColumnStride = weight.Shape[1],
            ChannelStride = 1,
        });
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
        Tape? tape = _weights.TapeFor(x, residual);
        if (tape is not null && activation != Activation.None) return Forward(x, residual: residual).Activate(activation);
        Tensor y = Tensor.Empty(x.Shape.With(-1, Outputs));
        if (residual is not null && residual.Shape != y.Shape)
            throw new ArgumentException($"The residual has shape {residual.Shape}, the result {y.Shape}.", nameof(residual));
        _weights[0].Multiply(new Product
        {
            Rows = RowSource.Matrix(x.Floats, x.Count / Inputs, Inputs),
            Output = y.Floats,
            OutputStride = Outputs,
            Residual = residual is null ? null : residual.Floats,
            Activation = activation,
        });
        if (tape is not null) Record(tape, x, residual, y);
        return y;
    }

    private void Record(Tape tape, Tensor x, Tensor? residual, Tensor y)
    {
        (Tensor weight, Tensor? bias) = (_weights.Weight, _weights.Bias);
        tape.Save(x);
        tape.Record(y, dy =>
        {
            residual?.Adjoint?.Add(dy);
            x.Adjoint?.Add(LinearGradient.Input(dy, weight, _weights.Precision));
            if (weight.Adjoint is not null) LinearGradient.Weight(x, dy, weight.Adjoint.Sum());
            if (bias?.Adjoint is not null) Conv2dGradient.Bias(dy, bias.Adjoint.Sum());
        });
    }
}
