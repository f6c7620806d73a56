using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>What a loss's gradient by the output of a <see cref="Conv2d"/> says about its input, weights and bias.</summary>
internal static unsafe class Conv2dGradient
{
    /// <summary>The gradient by the input.</summary>
    /// <param name="dy">The gradient by the output: [N, H', W', outputs]</param>
    /// <param name="weight">[outputs, inputs / groups, kernel height, kernel width]</param>
    /// <param name="options">Those of the layer.</param>
    /// <param name="height">H of the input.</param>
    /// <param name="width">W of the input.</param>
    /// <param name="precision">What the product is computed in.</param>
    /// <returns>[N, H, W, inputs]</returns>
    public static Tensor Input(
        Tensor dy, Tensor weight, ConvOptions options, int height, int width, Precision precision = Precision.Float32)
    {
        Tensor dx = Tensor.Empty([dy.Shape[0], height, width, weight.Shape[1] * options.Groups]);
        using Scope scope = Scope.Begin();   // for the packed weights
        new TurnedConvolution(weight, options, precision).Multiply(dy, dx);
        return dx;
    }

    /// <summary>Adds the gradient by the weights.</summary>
    /// <param name="x">The layer's input: [N, H, W, inputs]</param>
    /// <param name="dy">The gradient by the output: [N, H', W', outputs]</param>
    /// <param name="options">Those of the layer.</param>
    /// <param name="dWeight">[outputs, inputs / groups, kernel height, kernel width]</param>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public static void Weight(Tensor x, Tensor dy, ConvOptions options, Tensor dWeight)
    {
        (int outputs, int inputs) = (dWeight.Shape[0] / options.Groups, dWeight.Shape[1]);
        (int kernelHeight, int kernelWidth) = (dWeight.Shape[2], dWeight.Shape[3]);
        Shape expected = Conv2d.ResultShape(x.Shape, dWeight.Shape, options);
        if (dy.Shape != expected)
            throw new ArgumentException($"The gradient by the output must have the shape {expected}, not {dy.Shape}.", nameof(dy));

        // The side that becomes columns is walked along; the other is found from it. Columns come in panels, rows do not.
        bool inputIsColumns = Padded(inputs) * Math.Max(4, outputs) <= Padded(outputs) * Math.Max(4, inputs)
            && options.Stride == (1, 1);
        Tensor rows = inputIsColumns ? dy : x, columns = inputIsColumns ? x : dy;
        ConvolutionGeometry geometry = Geometry(x.Shape, dy.Shape, (kernelHeight, kernelWidth), options, inputIsColumns);
        long taps = kernelHeight * kernelWidth;
        for (int group = 0; group < options.Groups; group++)
        {
            var kernel = new WeightGradientKernel
            {
                Rows = rows.Floats + group * (inputIsColumns ? outputs : inputs),
                RowStride = rows.Shape[3],
                RowCount = inputIsColumns ? outputs : inputs,
                Columns = columns.Floats + group * (inputIsColumns ? inputs : outputs),
                ColumnStride = columns.Shape[3],
                ColumnCount = inputIsColumns ? inputs : outputs,
                Pictures = x.Shape[0],
                Geometry = geometry,
            };
            long inputStride = taps, outputStride = inputs * taps;
            kernel.AddTo(dWeight.Floats + group * outputs * outputStride,
                inputIsColumns ? outputStride : inputStride, inputIsColumns ? inputStride : outputStride);
        }
    }

    /// <summary>Adds the gradient by the bias: sums over all axes but the last.</summary>
    /// <param name="dy">[.., outputs]</param>
    /// <param name="dBias">[outputs]</param>
    public static void Bias(Tensor dy, Tensor dBias)
    {
        int columns = dy.Shape[-1];
        if (dBias.Count != columns)
            throw new ArgumentException($"A bias of {columns} numbers belongs to {dy.Shape}, not {dBias.Shape}.", nameof(dBias));
        ColumnSums.AddTo(dy.Floats, 1, dy.Count / Math.Max(1, columns), columns, dBias.Floats);
    }

    private static long Padded(int columns) => (columns + WeightGradientKernel.PanelWidth - 1) / WeightGradientKernel.PanelWidth
        * WeightGradientKernel.PanelWidth;

    private static ConvolutionGeometry Geometry(Shape x, Shape dy, (int Height, int Width) kernel, ConvOptions options, bool transposed) => new()
    {
        Height = transposed ? dy[1] : x[1],
        Width = transposed ? dy[2] : x[2],
        OutputHeight = transposed ? x[1] : dy[1],
        OutputWidth = transposed ? x[2] : dy[2],
        KernelHeight = kernel.Height,
        KernelWidth = kernel.Width,
        StrideY = options.Stride.Y,
        StrideX = options.Stride.X,
        DilationY = options.Dilation.Y,
        DilationX = options.Dilation.X,
        PaddingTop = options.Padding.Top,
        PaddingLeft = options.Padding.Left,
        Transposed = transposed,
    };
}
