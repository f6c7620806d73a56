using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>From the <c>config.json</c> of a UNet2DModel to its options.</summary>
internal static class UNet2DConfig
{
    private const int MostLevels = 16;

    /// <summary>Names of activations (<c>act_fn</c>) in configurations of diffusers.</summary>
    internal static readonly IReadOnlyDictionary<string, Activation> Activations = Table<Activation>(
        ("silu", Activation.Silu), ("swish", Activation.Silu), ("mish", Activation.Mish), ("gelu", Activation.Gelu),
        ("relu", Activation.Relu));

    private static readonly IReadOnlyDictionary<string, TimeProjection> TimeProjections = Table<TimeProjection>(
        ("positional", TimeProjection.Positional), ("fourier", TimeProjection.Fourier), ("learned", TimeProjection.Learned));

    private static readonly IReadOnlyDictionary<string, ClassEmbedding> ClassEmbeddings = Table<ClassEmbedding>(
        ("timestep", ClassEmbedding.Timestep), ("identity", ClassEmbedding.Identity));

    private static readonly IReadOnlyDictionary<string, UNet2DStep> Steps = Table<UNet2DStep>(
        ("conv", UNet2DStep.Conv), ("resnet", UNet2DStep.Resnet));

    private static readonly IReadOnlyDictionary<string, bool> ScaleShifts = Table<bool>(("default", false), ("scale_shift", true));

    private static readonly IReadOnlyDictionary<string, bool> MidBlocks = Table<bool>(("UNetMidBlock2D", true));

    /// <summary>Reads the options; a missing key has the default of the class, as in the reference.</summary>
    /// <exception cref="CheckpointException">A value is not one that the network knows, or two contradict each other.</exception>
    public static UNet2DOptions Read(ModelConfig config)
    {
        var defaults = new UNet2DOptions { SampleSize = (1, 1) };
        int[] size = config.ReadInt32s("sample_size", 1, 4096, 2);
        if (size.Length == 0) throw CheckpointException.OfKey(config.File, "sample_size", "is empty", "it must be a size, or height and width");
        var options = new UNet2DOptions
        {
            SampleSize = (size[0], size[^1]),
            InChannels = config.ReadInt32("in_channels", 1, 64, defaults.InChannels),
            OutChannels = config.ReadInt32("out_channels", 1, 64, defaults.OutChannels),
            CenterInputSample = config.ReadBoolean("center_input_sample", defaults.CenterInputSample),
            TimeEmbeddingType = config.ReadChoice("time_embedding_type", TimeProjections, defaults.TimeEmbeddingType),
            TimeEmbeddingDim = OptionalInt32("time_embedding_dim", 32768),
            FreqShift = config.ReadDouble("freq_shift", 0, 1, defaults.FreqShift),
            FlipSinToCos = config.ReadBoolean("flip_sin_to_cos", defaults.FlipSinToCos),
            DownBlockTypes = config.ReadChoices("down_block_types", MostLevels, Names<UNet2DDownBlock>(), defaults.DownBlockTypes),
            MidBlock = !config.IsNull("mid_block_type") && config.ReadChoice("mid_block_type", MidBlocks, fallback: true),
            UpBlockTypes = config.ReadChoices("up_block_types", MostLevels, Names<UNet2DUpBlock>(), defaults.UpBlockTypes),
            BlockOutChannels = config.ReadInt32s("block_out_channels", 1, 8192, MostLevels, [.. defaults.BlockOutChannels]),
            LayersPerBlock = config.ReadInt32("layers_per_block", 1, 32, defaults.LayersPerBlock),
            MidBlockScaleFactor = config.ReadDouble("mid_block_scale_factor", 0.01, 100, defaults.MidBlockScaleFactor),
            DownsamplePadding = config.ReadInt32("downsample_padding", 0, 1, defaults.DownsamplePadding),
            DownsampleType = config.ReadChoice("downsample_type", Steps, defaults.DownsampleType),
            UpsampleType = config.ReadChoice("upsample_type", Steps, defaults.UpsampleType),
            Activation = config.ReadChoice("act_fn", Activations, defaults.Activation),
            AttentionHeadDim = OptionalInt32("attention_head_dim", 8192, defaults.AttentionHeadDim),
            NormNumGroups = OptionalInt32("norm_num_groups", 8192, defaults.NormNumGroups),
            AttnNormNumGroups = OptionalInt32("attn_norm_num_groups", 8192),
            NormEps = config.ReadDouble("norm_eps", 1e-12, 1, defaults.NormEps),
            ScaleShift = config.ReadChoice("resnet_time_scale_shift", ScaleShifts, defaults.ScaleShift),
            AddAttention = config.ReadBoolean("add_attention", defaults.AddAttention),
            ClassEmbedding = config.ReadChoice("class_embed_type", ClassEmbeddings,
                fallback: config.Has("num_class_embeds") ? ClassEmbedding.Table : ClassEmbedding.None),
            NumClassEmbeds = OptionalInt32("num_class_embeds", 1_000_000),
            NullClass = OptionalInt32("null_class", 1_000_000),
            ReadsLength = config.ReadBoolean("reads_length", defaults.ReadsLength),
            NumTrainTimesteps = OptionalInt32("num_train_timesteps", 1_000_000),
        };
        try
        {
            options.RequireConsistent();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException(config.File, "contradicts itself", e.Message, e);
        }

        // Null is a value of its own here; only a missing key means the default.
        int? OptionalInt32(string key, int max, int? fallback = null)
            => config.Has(key) ? config.ReadInt32(key, 1, max) : config.IsNull(key) ? null : fallback;
    }

    private static Dictionary<string, T> Table<T>(params ReadOnlySpan<(string Name, T Value)> rows)
    {
        var table = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach ((string name, T value) in rows) table.Add(name, value);
        return table;
    }

    private static Dictionary<string, T> Names<T>()
        where T : struct, Enum
        => Enum.GetValues<T>().ToDictionary(value => value.ToString(), StringComparer.Ordinal);
}
