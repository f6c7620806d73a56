using Rubato.Tensors;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Layers;
using static Rubato.Goldens.OpFunctions;

namespace Rubato.Goldens;

/// <summary>Convolutions as the cases call them.</summary>
internal static class OpConvolutions
{
    public static (int Top, int Left, int Bottom, int Right) Around((int Y, int X) padding)
        => (padding.Y, padding.X, padding.Y, padding.X);

    /// <summary>torch counts the sides of a picture from the last axis: left, right, top, bottom.</summary>
    public static (int Top, int Left, int Bottom, int Right) Sides(int[] pad) => (pad[2], pad[0], pad[3], pad[1]);

    public static Tensor Convolve(OpCase c, (int Top, int Left, int Bottom, int Right) padding)
    {
        var options = new ConvOptions
        {
            Stride = c.Pair("stride", 1),
            Dilation = c.Pair("dilation", 1),
            Groups = c.Integer("groups", 1),
            Padding = padding,
        };
        var layer = new Conv2d(c.Input("weight"), c.Find("bias"), options);
        return OfPictures(c, x => layer.Forward(x));
    }

    public static Tensor ConvolveTransposed(OpCase c)
    {
        var options = new ConvTransposeOptions
        {
            Stride = c.Pair("stride", 1),
            Padding = c.Pair("padding", 0),
            OutputPadding = c.Pair("output_padding", 0),
            Dilation = c.Pair("dilation", 1),
            Groups = c.Integer("groups", 1),
        };
        var layer = new ConvTranspose2d(c.Input("weight"), c.Find("bias"), options);
        return OfPictures(c, x => layer.Forward(x));
    }

    public static Tensor ConvolveLine(OpCase c)
    {
        var options = new ConvOptions
        {
            Stride = (1, c.Integer("stride", 1)),
            Dilation = (1, c.Integer("dilation", 1)),
            Groups = c.Integer("groups", 1),
            Padding = (0, c.Integer("padding", 0), 0, c.Integer("padding", 0)),
        };
        var layer = new Conv2d(OfOneLine(c.Input("weight")), c.Find("bias"), options);
        return OnOneLine(c, x => layer.Forward(x));
    }

    public static Tensor ConvolveLineTransposed(OpCase c)
    {
        var options = new ConvTransposeOptions { Stride = (1, c.Integer("stride", 1)), Padding = (0, c.Integer("padding", 0)) };
        var layer = new ConvTranspose2d(OfOneLine(c.Input("weight")), c.Find("bias"), options);
        return OnOneLine(c, x => layer.Forward(x));
    }

    /// <summary>[A, B, L] as [A, B, 1, L]</summary>
    private static Tensor OfOneLine(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], 1, x.Shape[2]);

    /// <summary>Applies to x, [N, C, L] in the case, what the engine does with pictures of one line.</summary>
    private static Tensor OnOneLine(OpCase c, Func<Tensor, Tensor> function)
    {
        Tensor y = function(OfOneLine(c.Input("x")).ToChannelsLast()).ToChannelsFirst();
        return y.Reshape(y.Shape[0], y.Shape[1], y.Shape[3]);
    }

    /// <summary>Stride 2 of the transposed convolution, whose kernel is turned, then the filter with gain 4.</summary>
    public static Tensor ConvolveAndFilter(OpCase c, Tensor x)
    {
        Tensor weight = c.Input("weight"), pixels = weight.Reshape(-1, weight.Shape[2], weight.Shape[3], 1);
        Tensor turned = SeparableTaps.Apply(pixels, Reversed(weight.Shape[2]), Reversed(weight.Shape[3]));
        var layer = new ConvTranspose2d(
            turned.Reshape(weight.Shape).Permute(1, 0, 2, 3), bias: null, new ConvTransposeOptions { Stride = (2, 2) });
        return Filter(layer.Forward(x), padding: 1, gain: 2) + c.Input("bias");

        static AxisTaps Reversed(int length) => AxisTaps.Create(length, length, 1, (o, _) => (length - 1 - o, 1));
    }

    public static Tensor FilterAndConvolve(OpCase c, Tensor x)
        => new Conv2d(c.Input("weight"), c.Input("bias"), new ConvOptions { Stride = (2, 2) }).Forward(Filter(x, padding: 2, gain: 1));

    /// <summary>The filter [1, 3, 3, 1] / 8 on both axes, each with a gain, between zeros.</summary>
    private static Tensor Filter(Tensor x, int padding, double gain)
    {
        return SeparableTaps.Apply(x, Axis(x.Shape[1]), Axis(x.Shape[2]));

        AxisTaps Axis(int inputs) => AxisTaps.Create(inputs, inputs + 2 * padding - 3, 4,
            (o, k) => (o + k - padding, gain * (k is 0 or 3 ? 0.125 : 0.375)));
    }
}
