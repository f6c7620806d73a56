using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>Two linear layers on a projected level (TimestepEmbedding).</summary>
internal sealed class TimestepEmbedding(Weights w, int inputs, int width)
{
    private readonly Linear _first = Linear.Load(w["linear_1"], inputs, width), _second = Linear.Load(w["linear_2"], width, width);

    /// <param name="x">[N, inputs]</param>
    /// <returns>[N, width]</returns>
    public Tensor Forward(Tensor x) => _second.Forward(_first.Forward(x, Activation.Silu));
}
