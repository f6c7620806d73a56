using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>How a transposed convolution spreads its input; every pair is (vertical, horizontal).</summary>
public readonly record struct ConvTransposeOptions()
{
    /// <summary>Step between windows in the output.</summary>
    public (int Y, int X) Stride { get; init; } = (1, 1);

    /// <summary>Lines and columns that are cut from every side of the output.</summary>
    public (int Y, int X) Padding { get; init; }

    /// <summary>Lines and columns that the output has further at the bottom and the right.</summary>
    public (int Y, int X) OutputPadding { get; init; }

    /// <summary>Distance between the pixels of a window.</summary>
    public (int Y, int X) Dilation { get; init; } = (1, 1);

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; init; } = 1;
}

/// <summary>The transpose of a two-dimensional convolution, over channels-last pictures.</summary>
public sealed unsafe class ConvTranspose2d
{
    private readonly LayerWeights _weights;
    private readonly ConvTransposeOptions _options;
    private readonly (int Height, int Width) _kernel;
    private readonly Tensor _zeros;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">[inputs, outputs / groups, height, width]</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="precision">What the products are computed in.</param>
    public ConvTranspose2d(Tensor weight, Tensor? bias, ConvTransposeOptions options, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(weight);
        _options = options;
        _kernel = (weight.Shape[2], weight.Shape[3]);
        (Inputs, Outputs) = (weight.Shape[0], weight.Shape[1] * options.Groups);
        _zeros = Tensor.Zeros([Inputs / options.Groups]);
        _weights = new LayerWeights(weight, bias, options.Groups, precision,
            (weight, bias, group) => GroupOf(weight, bias, options.Groups, group));
    }

    /// <summary>Channels of the input.</summary>
    public int Inputs { get; }

    /// <summary>Channels of the output.</summary>
    public int Outputs { get; }

    /// <summary>Reads <c>weight</c> [inputs, outputs / groups, kernel, kernel] and <c>bias</c> [outputs].</summary>
    public static ConvTranspose2d Load(
        Weights weights, int inputs, int outputs, int kernel, ConvTransposeOptions options, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ConvTranspose2d(
            weights.Read("weight", [inputs, outputs / options.Groups, kernel, kernel]),
            bias ? weights.Read("bias", [outputs]) : null,
            options,
            weights.Precision);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[N, H, W, inputs]</param>
    /// <param name="activation">Applied last.</param>
    /// <returns>[N, (H - 1) stride - 2 padding + dilation (kernel - 1) + output padding + 1, W', outputs]</returns>
    public Tensor Forward(Tensor x, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape[3] != Inputs)
            throw new ArgumentException($"A picture batch [N, H, W, {Inputs}] was expected, not {x.Shape}.", nameof(x));
        Tape? tape = _weights.TapeFor(x, residual: null);
        if (tape is not null && activation != Activation.None) return Forward(x).Activate(activation);
        ConvTransposeOptions o = _options;
        var geometry = new ConvolutionGeometry
        {
            Transposed = true,
            Height = x.Shape[1],
            Width = x.Shape[2],
            OutputHeight = (x.Shape[1] - 1) * o.Stride.Y - 2 * o.Padding.Y + o.Dilation.Y * (_kernel.Height - 1) + o.OutputPadding.Y + 1,
            OutputWidth = (x.Shape[2] - 1) * o.Stride.X - 2 * o.Padding.X + o.Dilation.X * (_kernel.Width - 1) + o.OutputPadding.X + 1,
            KernelHeight = _kernel.Height,
            KernelWidth = _kernel.Width,
            StrideY = o.Stride.Y,
            StrideX = o.Stride.X,
            DilationY = o.Dilation.Y,
            DilationX = o.Dilation.X,
            PaddingTop = o.Padding.Y,
            PaddingLeft = o.Padding.X,
        };
        if (geometry.OutputHeight < 1 || geometry.OutputWidth < 1)
            throw new ArgumentException($"Nothing of a picture {x.Shape} is left after padding.", nameof(x));
        Tensor y = Tensor.Empty([x.Shape[0], geometry.OutputHeight, geometry.OutputWidth, Outputs]);
        int groups = o.Groups;
        for (int group = 0; group < groups; group++)
        {
            _weights[group].Multiply(new Product
            {
                Rows = RowSource.Windows(x.Floats + group * (Inputs / groups), x.Shape[0], Inputs, geometry, _zeros.Floats),
                Output = y.Floats + (long)group * (Outputs / groups),
                OutputStride = Outputs,
                Activation = activation,
            });
        }

        if (tape is not null) Record(tape, x, y);
        return y;
    }

    private void Record(Tape tape, Tensor x, Tensor y)
    {
        (Tensor weight, Tensor? bias) = (_weights.Weight, _weights.Bias);
        ConvTransposeOptions o = _options;
        var turned = new ConvOptions   // the convolution from y to x that this is the transpose of
        {
            Stride = o.Stride,
            Padding = (o.Padding.Y, o.Padding.X, o.Padding.Y - o.OutputPadding.Y, o.Padding.X - o.OutputPadding.X),
            Dilation = o.Dilation,
            Groups = o.Groups,
        };
        tape.Save(x);
        tape.Record(y, dy =>
        {
            x.Adjoint?.Add(new Conv2d(weight, bias: null, turned, _weights.Precision).Forward(dy));
            if (weight.Adjoint is not null) Conv2dGradient.Weight(dy, x, turned, weight.Adjoint.Sum());
            if (bias?.Adjoint is not null) Conv2dGradient.Bias(dy, bias.Adjoint.Sum());
        });
    }

    private static WeightMatrix GroupOf(Tensor weight, Tensor? bias, int groups, int group)
    {
        int columns = weight.Shape[1], channels = weight.Shape[0] / groups, taps = weight.Shape[2] * weight.Shape[3];
        return new WeightMatrix
        {
            Data = weight.Floats + (long)group * channels * columns * taps,
            Bias = bias is null ? null : bias.Floats + group * columns,
            Columns = columns,
            Taps = taps,
            Channels = channels,
            ColumnStride = taps,
            ChannelStride = (long)columns * taps,
            TapStride = 1,
        };
    }
}
