using Rubato.Tensors;

namespace Rubato.Networks;

/// <summary>The configuration of the transformer in either model of CLIP; names as in the transformers library.</summary>
internal sealed record ClipEncoderOptions
{
    /// <summary>Numbers of a token.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Numbers of a token inside of the perceptrons.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Number of heads; divides <see cref="HiddenSize"/>.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>The function inside of the perceptrons: x sigmoid(1.702 x) in OpenAI's models, GELU in those of OpenCLIP.</summary>
    public required Activation HiddenAct { get; init; }

    /// <summary>What norms add to the variance.</summary>
    public required double LayerNormEps { get; init; }
}

/// <summary>The configuration of a <see cref="ClipTextModel"/>.</summary>
internal sealed record ClipTextOptions
{
    /// <summary>
    /// In configurations of before 2023 the number of the token that ends a text, though it has another one: the end is
    /// where the greatest number stands.
    /// </summary>
    public const int LegacyEos = 2;

    /// <summary>The transformer.</summary>
    public required ClipEncoderOptions Encoder { get; init; }

    /// <summary>Number of tokens.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Most tokens of a text.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>The token that ends a text, or <see cref="LegacyEos"/>.</summary>
    public required int EosTokenId { get; init; }

    /// <summary>Numbers of an embedding, where the checkpoint has a projection.</summary>
    public required int ProjectionDim { get; init; }
}

/// <summary>The configuration of a <see cref="ClipVisionModel"/>.</summary>
internal sealed record ClipVisionOptions
{
    /// <summary>The transformer.</summary>
    public required ClipEncoderOptions Encoder { get; init; }

    /// <summary>Width and height of the pictures.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Width and height of the squares that are the tokens.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Numbers of an embedding.</summary>
    public required int ProjectionDim { get; init; }
}
