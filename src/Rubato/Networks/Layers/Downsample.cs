using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>Halves a picture by a convolution of stride 2 (Downsample2D).</summary>
internal sealed class Downsample
{
    private readonly Conv2d _conv;

    /// <param name="w">Place of the layer.</param>
    /// <param name="channels">Of input and output.</param>
    /// <param name="padding">1: on all sides. 0: one row at the bottom and one column at the right.</param>
    public Downsample(Weights w, int channels, int padding)
        => _conv = Conv2d.Load(w["conv"], channels, channels, kernel: 3, new ConvOptions
        {
            Stride = (2, 2),
            Padding = padding == 0 ? (0, 0, 1, 1) : (padding, padding, padding, padding),
        });

    /// <param name="x">[N, H, W, C]</param>
    /// <returns>[N, H / 2, W / 2, C]</returns>
    public Tensor Forward(Tensor x) => _conv.Forward(x);
}
