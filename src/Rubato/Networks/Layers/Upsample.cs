using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>Doubles a picture, each pixel four times, and convolves it (Upsample2D).</summary>
internal sealed class Upsample(Weights w, int channels)
{
    private readonly Conv2d _conv = Conv2d.Load(w["conv"], channels, channels, kernel: 3, ConvOptions.Same(1));

    /// <param name="x">[N, H, W, C]</param>
    /// <returns>[N, 2 H, 2 W, C]</returns>
    public Tensor Forward(Tensor x)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(_conv.Forward(x.UpsampleNearest(2 * x.Shape[1], 2 * x.Shape[2])));
    }
}
