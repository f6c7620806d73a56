using Rubato.Tensors;

namespace Rubato.Networks.Layers;

/// <summary>The lowest level: residual block, attention, residual block (UNetMidBlock2D).</summary>
internal sealed class MidBlock(Weights w, int channels, ResnetOptions resnet, AttentionOptions? attention)
{
    private readonly ResnetBlock _first = new(w["resnets"][0], channels, channels, resnet);
    private readonly AttentionBlock? _attention = attention is { } options ? new(w["attentions"][0], channels, options) : null;
    private readonly ResnetBlock _second = new(w["resnets"][1], channels, channels, resnet);

    /// <param name="x">[N, H, W, C]</param>
    /// <param name="embedding">[N, E], after its activation; null where the network has none.</param>
    /// <returns>[N, H, W, C]</returns>
    public Tensor Forward(Tensor x, Tensor? embedding = null)
    {
        using Scope scope = Scope.Begin();
        x = _first.Forward(x, embedding);
        return scope.Keep(_second.Forward(_attention?.Forward(x) ?? x, embedding));
    }
}
