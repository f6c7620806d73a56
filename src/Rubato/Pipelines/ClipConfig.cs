using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>
/// From the <c>config.json</c> of CLIP's models to their options. A missing key has the default of the class in the
/// transformers library.
/// </summary>
internal static class ClipConfig
{
    private const int MostWidth = 1 << 14, MostSide = 2048, MostSquares = 128;   // above the largest CLIP several times over

    private static readonly Dictionary<string, Activation> Activations = new(StringComparer.Ordinal)
    {
        ["quick_gelu"] = Activation.QuickGelu,
        ["gelu"] = Activation.Gelu,
    };

    /// <exception cref="CheckpointException">A value is not one that the network knows.</exception>
    public static ClipTextOptions ReadText(ModelConfig config) => new()
    {
        Encoder = ReadEncoder(config, width: 512, heads: 8),
        VocabSize = config.ReadInt32("vocab_size", 1, 1 << 20, 49408),
        MaxPositionEmbeddings = config.ReadInt32("max_position_embeddings", 1, 4096, 77),
        EosTokenId = config.ReadInt32("eos_token_id", 0, 1 << 20, 49407),
        ProjectionDim = config.ReadInt32("projection_dim", 1, MostWidth, 512),
    };

    /// <exception cref="CheckpointException">A value is not one that the network knows, or two contradict each other.</exception>
    public static ClipVisionOptions ReadVision(ModelConfig config)
    {
        _ = config.ReadInt32("num_channels", 3, 3, 3);
        var options = new ClipVisionOptions
        {
            Encoder = ReadEncoder(config, width: 768, heads: 12),
            ImageSize = config.ReadInt32("image_size", 1, MostSide, 224),
            PatchSize = config.ReadInt32("patch_size", 1, MostSide, 32),
            ProjectionDim = config.ReadInt32("projection_dim", 1, MostWidth, 512),
        };
        return (options.ImageSize / options.PatchSize) is >= 1 and <= MostSquares ? options
            : throw config.Wrong("patch_size", $"is {options.PatchSize} beside an image_size of {options.ImageSize}",
                $"a picture has from 1 to {MostSquares} patches a side");
    }

    private static ClipEncoderOptions ReadEncoder(ModelConfig config, int width, int heads) => new()
    {
        HiddenSize = config.ReadInt32("hidden_size", 1, MostWidth, width),
        IntermediateSize = config.ReadInt32("intermediate_size", 1, 4 * MostWidth, 4 * width),
        NumHiddenLayers = config.ReadInt32("num_hidden_layers", 1, 256, 12),
        NumAttentionHeads = config.ReadInt32("num_attention_heads", 1, 1024, heads),
        HiddenAct = config.ReadChoice("hidden_act", Activations, Activation.QuickGelu),
        LayerNormEps = config.ReadDouble("layer_norm_eps", 1e-12, 1, 1e-5),
    };
}
