using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>
/// The weights of a <see cref="Conv2d"/> packed for the gradient by its input. With a stride, the pixels of the input
/// fall into classes that meet different taps: each class is a product of its own, without the taps that miss it.
/// </summary>
internal sealed unsafe class TurnedConvolution
{
    private readonly ConvOptions _options;
    private readonly Shape _shape;
    private readonly List<PixelClass> _classes = [];
    private readonly Tensor _zeros;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">[outputs, inputs / groups, kernel height, kernel width]</param>
    /// <param name="options">Those of the layer.</param>
    /// <param name="precision">What products with them are computed in.</param>
    public TurnedConvolution(Tensor weight, ConvOptions options, Precision precision = Precision.Float32)
    {
        (_options, _shape) = (options, weight.Shape);
        _zeros = Tensor.Zeros([Outputs / options.Groups]);
        for (int y = 0; y < options.Stride.Y; y++)
        {
            for (int x = 0; x < options.Stride.X; x++)
            {
                TapLine vertical = TapLine.Of(y, options.Stride.Y, options.Dilation.Y, options.Padding.Top, weight.Shape[2]);
                TapLine horizontal = TapLine.Of(x, options.Stride.X, options.Dilation.X, options.Padding.Left, weight.Shape[3]);
                if (vertical.Count == 0 || horizontal.Count == 0) continue;
                var pixels = new PixelClass(y, x, vertical, horizontal, new PackedMatrix[options.Groups]);
                Pack(weight, pixels, precision);
                _classes.Add(pixels);
            }
        }
    }

    /// <summary>Channels of the layer's input.</summary>
    public int Inputs => _shape[1] * _options.Groups;

    /// <summary>Channels of the layer's output.</summary>
    public int Outputs => _shape[0];

    /// <summary>Writes the gradient by the input.</summary>
    /// <param name="dy">[N, H', W', outputs]</param>
    /// <param name="dx">[N, H, W, inputs]</param>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public void Multiply(Tensor dy, Tensor dx)
    {
        (int height, int width) = (dx.Shape[1], dx.Shape[2]);
        Shape expected = Conv2d.ResultShape(dx.Shape, _shape, _options);
        if (dy.Shape != expected)
            throw new ArgumentException($"The gradient by the output must have the shape {expected}, not {dy.Shape}.", nameof(dy));
        ((int strideY, int strideX), int groups) = (_options.Stride, _options.Groups);
        if (_classes.Count < strideY * strideX) dx.AsSpan().Clear();   // pixels that no tap meets
        foreach (PixelClass c in _classes)
        {
            int lines = (height - c.Y + strideY - 1) / strideY, columns = (width - c.X + strideX - 1) / strideX;
            if (lines <= 0 || columns <= 0) continue;
            ConvolutionGeometry geometry = c.Geometry(dy.Shape, lines, columns);
            for (int group = 0; group < groups; group++)
            {
                c.Weights[group].Multiply(new Product
                {
                    Rows = RowSource.Windows(dy.Floats + group * (Outputs / groups), dy.Shape[0], Outputs, geometry, _zeros.Floats),
                    Output = dx.Floats + ((long)c.Y * width + c.X) * Inputs + group * _shape[1],
                    OutputStride = (long)strideX * Inputs,
                    LineRows = strideY == 1 && strideX == 1 ? 0 : columns,
                    LineStride = (long)strideY * width * Inputs,
                    PictureLines = lines,
                    PictureStride = (long)height * width * Inputs,
                });
            }
        }
    }

    /// <summary>Packs the weights of a class, of every group.</summary>
    private void Pack(Tensor weight, PixelClass c, Precision precision)
    {
        int outputs = Outputs / _options.Groups, inputs = _shape[1], taps = _shape[2] * _shape[3];
        Tensor selected = c.Taps == taps ? weight : Tensor.Empty([Outputs, inputs, c.Vertical.Count, c.Horizontal.Count]);
        if (c.Taps < taps) Select(c, weight.Floats, Outputs * inputs, selected.Floats);
        for (int group = 0; group < _options.Groups; group++)
        {
            c.Weights[group] = KernelSet.Current.Pack(new WeightMatrix
            {
                Data = selected.Floats + (long)group * outputs * inputs * c.Taps,
                Columns = inputs,
                Taps = c.Taps,
                Channels = outputs,
                ColumnStride = c.Taps,
                ChannelStride = (long)inputs * c.Taps,
                TapStride = 1,
            }, precision);
        }
    }

    /// <summary>Copies the taps of a class, of all outputs and inputs.</summary>
    private void Select(PixelClass c, float* from, int kernels, float* to)
    {
        for (int kernel = 0; kernel < kernels; kernel++, from += _shape[2] * _shape[3])
        {
            for (int y = 0; y < c.Vertical.Count; y++)
            {
                float* line = from + (c.Vertical.First + y * c.Vertical.Step) * _shape[3] + c.Horizontal.First;
                for (int x = 0; x < c.Horizontal.Count; x++) *to++ = line[x * c.Horizontal.Step];
            }
        }
    }

    /// <summary>
    /// The taps of one axis that meet the pixels of a class: the output pixel of the layer is
    /// index + <paramref name="Shift"/> - i * <paramref name="Dilation"/> for tap i of the line.
    /// </summary>
    private readonly record struct TapLine(int First, int Step, int Count, int Shift, int Dilation)
    {
        public static TapLine Of(int phase, int stride, int dilation, int padding, int kernel)
        {
            int first = 0;
            while (first < kernel && (phase + padding - first * dilation) % stride != 0) first++;
            if (first == kernel) return default;
            int common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(stride, dilation), step = stride / common;
            return new TapLine(first, step, (kernel - first + step - 1) / step, (phase + padding - first * dilation) / stride, dilation / common);
        }
    }

    /// <summary>Pixels with one remainder of both coordinates by the stride.</summary>
    private sealed record PixelClass(int Y, int X, TapLine Vertical, TapLine Horizontal, PackedMatrix[] Weights)
    {
        public int Taps => Vertical.Count * Horizontal.Count;

        public ConvolutionGeometry Geometry(Shape dy, int lines, int columns) => new()
        {
            Transposed = true,
            Height = dy[1],
            Width = dy[2],
            OutputHeight = lines,
            OutputWidth = columns,
            KernelHeight = Vertical.Count,
            KernelWidth = Horizontal.Count,
            DilationY = Vertical.Dilation,
            DilationX = Horizontal.Dilation,
            PaddingTop = Vertical.Shift,
            PaddingLeft = Horizontal.Shift,
        };
    }
}
