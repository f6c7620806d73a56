using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>Tells which class a prompt asks for from what CLIP makes of it: two layers over its embedding.</summary>
/// <remarks>Immutable once built; may be asked on several threads.</remarks>
internal sealed class PromptHead
{
    private const float Epsilon = 1e-5f;

    private readonly LayerNorm _norm;
    private readonly Linear _hidden, _votes;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <param name="weights">The root.</param>
    /// <param name="inputs">Numbers of an embedding.</param>
    /// <param name="width">Numbers between the layers.</param>
    /// <param name="classes">Length of the answer.</param>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public PromptHead(Weights weights, int inputs, int width, int classes)
    {
        _norm = LayerNorm.Load(weights["norm"], [inputs], Epsilon);
        _hidden = Linear.Load(weights["hidden"], inputs, width);
        _votes = Linear.Load(weights["votes"], width, classes);
        weights.Verify();
    }

    /// <summary>Scores of the classes.</summary>
    /// <param name="embeddings">[prompts, inputs]</param>
    /// <returns>[prompts, classes]</returns>
    public Tensor Evaluate(Tensor embeddings) => _votes.Forward(_hidden.Forward(_norm.Forward(embeddings), Activation.Silu));
}
