using System.Text;
using System.Text.Json;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>From the options of a UNet2DModel to its <c>config.json</c>, as diffusers reads it.</summary>
internal static class UNet2DConfigWriter
{
    /// <summary>The file's text. Keys in the order of their names, as diffusers writes them.</summary>
    /// <exception cref="NotSupportedException">An option has no name in diffusers.</exception>
    public static string Write(UNet2DOptions options)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("_class_name", "UNet2DModel");
            json.WriteString("act_fn", NameOf(options.Activation));
            json.WriteBoolean("add_attention", options.AddAttention);
            Number(json, "attention_head_dim", options.AttentionHeadDim);
            Number(json, "attn_norm_num_groups", options.AttnNormNumGroups);
            Numbers(json, "block_out_channels", options.BlockOutChannels);
            json.WriteBoolean("center_input_sample", options.CenterInputSample);
            Text(json, "class_embed_type", options.ClassEmbedding switch
            {
                ClassEmbedding.Timestep => "timestep",
                ClassEmbedding.Identity => "identity",
                _ => null,
            });
            Texts(json, "down_block_types", options.DownBlockTypes);
            json.WriteNumber("downsample_padding", options.DownsamplePadding);
            json.WriteString("downsample_type", NameOf(options.DownsampleType));
            json.WriteBoolean("flip_sin_to_cos", options.FlipSinToCos);
            json.WriteNumber("freq_shift", options.FreqShift);
            json.WriteNumber("in_channels", options.InChannels);
            json.WriteNumber("layers_per_block", options.LayersPerBlock);
            json.WriteNumber("mid_block_scale_factor", options.MidBlockScaleFactor);
            Text(json, "mid_block_type", options.MidBlock ? "UNetMidBlock2D" : null);
            json.WriteNumber("norm_eps", options.NormEps);
            Number(json, "norm_num_groups", options.NormNumGroups);
            if (options.NullClass is { } none) json.WriteNumber("null_class", none);
            Number(json, "num_class_embeds", options.NumClassEmbeds);
            Number(json, "num_train_timesteps", options.NumTrainTimesteps);
            json.WriteNumber("out_channels", options.OutChannels);
            if (options.ReadsLength) json.WriteBoolean("reads_length", value: true);
            json.WriteString("resnet_time_scale_shift", options.ScaleShift ? "scale_shift" : "default");
            Numbers(json, "sample_size", [options.SampleSize.Height, options.SampleSize.Width]);
            Number(json, "time_embedding_dim", options.TimeEmbeddingDim);
            json.WriteString("time_embedding_type", NameOf(options.TimeEmbeddingType));
            Texts(json, "up_block_types", options.UpBlockTypes);
            json.WriteString("upsample_type", NameOf(options.UpsampleType));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static string NameOf(Activation activation)
        => UNet2DConfig.Activations.FirstOrDefault(entry => entry.Value == activation).Key
            ?? throw new NotSupportedException($"diffusers has no name for the activation {activation}");

    private static string NameOf(UNet2DStep step) => step == UNet2DStep.Conv ? "conv" : "resnet";

    private static string NameOf(TimeProjection projection) => projection switch
    {
        TimeProjection.Positional => "positional",
        TimeProjection.Fourier => "fourier",
        _ => "learned",
    };

    private static void Number(Utf8JsonWriter json, string key, int? value)
    {
        if (value is { } number) json.WriteNumber(key, number);
        else json.WriteNull(key);
    }

    private static void Text(Utf8JsonWriter json, string key, string? value)
    {
        if (value is null) json.WriteNull(key);
        else json.WriteString(key, value);
    }

    private static void Numbers(Utf8JsonWriter json, string key, IEnumerable<int> values)
    {
        json.WriteStartArray(key);
        foreach (int value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void Texts<T>(Utf8JsonWriter json, string key, IEnumerable<T> values)
        where T : struct, Enum
    {
        json.WriteStartArray(key);
        foreach (T value in values) json.WriteStringValue(value.ToString());
        json.WriteEndArray();
    }
}
