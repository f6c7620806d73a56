using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>How a convolution moves over its input; every pair is (vertical, horizontal).</summary>
public readonly record struct ConvOptions()
{
    /// <summary>Step between windows.</summary>
    public (int Y, int X) Stride { get; init; } = (1, 1);

    /// <summary>Zeros around the picture.</summary>
    public (int Top, int Left, int Bottom, int Right) Padding { get; init; }

    /// <summary>Distance between the pixels of a window.</summary>
    public (int Y, int X) Dilation { get; init; } = (1, 1);

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Equal zeros on all sides.</summary>
    public static ConvOptions Same(int padding) => new() { Padding = (padding, padding, padding, padding) };
}

/// <summary>Two-dimensional cross-correlation over channels-last pictures, as an implicit matrix product.</summary>
public sealed unsafe class Conv2d
{
    private readonly LayerWeights _weights;
    private readonly ConvOptions _options;
    private readonly (int Height, int Width) _kernel;
    private readonly Tensor _zeros;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">[outputs, inputs / groups, height, width]</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="precision">What the products are computed in.</param>
    public Conv2d(Tensor weight, Tensor? bias, ConvOptions options, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(weight);
        _options = options;
        _kernel = (weight.Shape[2], weight.Shape[3]);
        (Outputs, Inputs) = (weight.Shape[0], weight.Shape[1] * options.Groups);
        _zeros = Tensor.Zeros([weight.Shape[1]]);
        _weights = new LayerWeights(weight, bias, options.Groups, precision,
            (weight, bias, group) => GroupOf(weight, bias, options.Groups, group));
    }

    /// <summary>Channels of the input.</summary>
    public int Inputs { get; }

    /// <summary>Channels of the output.</summary>
    public int Outputs { get; }

    /// <summary>Reads <c>weight</c> [outputs, inputs / groups, kernel, kernel] and <c>bias</c> [outputs].</summary>
    public static Conv2d Load(Weights weights, int inputs, int outputs, int kernel, ConvOptions options, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new Conv2d(
            weights.Read("weight", [outputs, inputs / options.Groups, kernel, kernel]),
            bias ? weights.Read("bias", [outputs]) : null,
            options,
            weights.Precision);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[N, H, W, inputs]</param>
    /// <param name="activation">Applied last.</param>
    /// <param name="residual">Added before the activation: the shape of the result.</param>
    /// <returns>[N, H', W', outputs]</returns>
    public Tensor Forward(Tensor x, Activation activation = Activation.None, Tensor? residual = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape[3] != Inputs)
            throw new ArgumentException($"A picture batch [N, H, W, {Inputs}] was expected, not {x.Shape}.", nameof(x));
        Tape? tape = _weights.TapeFor(x, residual);
        if (tape is not null && activation != Activation.None) return Forward(x, residual: residual).Activate(activation);
        Tensor y = Tensor.Empty(ResultShape(x.Shape, [Outputs, Inputs / _options.Groups, _kernel.Height, _kernel.Width], _options));
        var geometry = new ConvolutionGeometry
        {
            Height = x.Shape[1],
            Width = x.Shape[2],
            OutputHeight = y.Shape[1],
            OutputWidth = y.Shape[2],
            KernelHeight = _kernel.Height,
            KernelWidth = _kernel.Width,
            StrideY = _options.Stride.Y,
            StrideX = _options.Stride.X,
            DilationY = _options.Dilation.Y,
            DilationX = _options.Dilation.X,
            PaddingTop = _options.Padding.Top,
            PaddingLeft = _options.Padding.Left,
        };
        if (residual is not null && residual.Shape != y.Shape)
            throw new ArgumentException($"The residual has shape {residual.Shape}, the result {y.Shape}.", nameof(residual));
        int groups = _options.Groups;
        for (int group = 0; group < groups; group++)
        {
            long column = (long)group * (Outputs / groups);
            _weights[group].Multiply(new Product
            {
                Rows = RowSource.Windows(x.Floats + group * (Inputs / groups), x.Shape[0], Inputs, geometry, _zeros.Floats),
                Output = y.Floats + column,
                OutputStride = Outputs,
                Residual = residual is null ? null : residual.Floats + column,
                Activation = activation,
            });
        }

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
            x.Adjoint?.Add(Conv2dGradient.Input(dy, weight, _options, x.Shape[1], x.Shape[2], _weights.Precision));
            if (weight.Adjoint is not null) Conv2dGradient.Weight(x, dy, _options, weight.Adjoint.Sum());
            if (bias?.Adjoint is not null) Conv2dGradient.Bias(dy, bias.Adjoint.Sum());
        });
    }

    private static WeightMatrix GroupOf(Tensor weight, Tensor? bias, int groups, int group)
    {
        int columns = weight.Shape[0] / groups, channels = weight.Shape[1], taps = weight.Shape[2] * weight.Shape[3];
        return new WeightMatrix
        {
            Data = weight.Floats + (long)group * columns * channels * taps,
            Bias = bias is null ? null : bias.Floats + group * columns,
            Columns = columns,
            Taps = taps,
            Channels = channels,
            ColumnStride = (long)channels * taps,
            ChannelStride = taps,
            TapStride = 1,
        };
    }

    /// <summary>The shape that a layer of given weights makes of a batch of pictures.</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    internal static Shape ResultShape(Shape x, Shape weight, ConvOptions o) =>
    [
        x[0],
        Extent(x[1], weight[2], o.Stride.Y, o.Dilation.Y, o.Padding.Top + o.Padding.Bottom),
        Extent(x[2], weight[3], o.Stride.X, o.Dilation.X, o.Padding.Left + o.Padding.Right),
        weight[0],
    ];

    private static int Extent(int size, int kernel, int stride, int dilation, int padding)
    {
        int room = size + padding - (kernel - 1) * dilation - 1;
        return room >= 0 ? room / stride + 1
            : throw new ArgumentException($"A window of {(kernel - 1) * dilation + 1} pixels does not fit in {size + padding}.");
    }
}
