using System.Text.Json;
using System.Text.RegularExpressions;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Tests;

/// <summary>
/// A class-conditional UNet2DModel of random weights in diffusers layout: three classes and the row of none, which
/// predicts v.
/// </summary>
internal static class ClassModelFolder
{
    public static readonly string[] Classes = ["fox", "sea lion", "Owl"];

    private static readonly Regex Missing = new(@"^(?<name>\S+) \[(?<shape>[0-9, ]*)\] is missing$", RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(5));

    /// <param name="folder">Is made.</param>
    /// <param name="channels">Of each level.</param>
    /// <param name="size">Side of a picture.</param>
    /// <param name="rows">Of the table of classes.</param>
    /// <param name="notes">The text of rubato.json; null for none.</param>
    /// <param name="classes">Names; null for those of <see cref="Classes"/>.</param>
    /// <param name="structure">Channels that it reads beside the three of its state.</param>
    public static string Write(
        string folder, int[] channels, int size, int rows = 4, string? notes = null, string[]? classes = null, int structure = 0)
    {
        classes ??= Classes;
        Directory.CreateDirectory(Path.Combine(folder, "unet"));
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        Put("model_index.json", new Dictionary<string, object>
        {
            ["_class_name"] = "DiTPipeline",
            ["unet"] = new[] { "diffusers", "UNet2DModel" },
            ["scheduler"] = new[] { "diffusers", "DDIMScheduler" },
            ["id2label"] = classes.Index().ToDictionary(label => $"{label.Index}", label => label.Item),
        });
        Put("scheduler/scheduler_config.json", new Dictionary<string, object>
        {
            ["_class_name"] = "DDIMScheduler",
            ["beta_start"] = 1e-4,
            ["beta_end"] = 0.02,
            ["beta_schedule"] = "linear",
            ["num_train_timesteps"] = 1000,
            ["prediction_type"] = "v_prediction",
            ["clip_sample"] = false,
            ["set_alpha_to_one"] = true,
            ["timestep_spacing"] = "trailing",
        });
        Put("unet/config.json", new Dictionary<string, object>
        {
            ["_class_name"] = "UNet2DModel",
            ["sample_size"] = size,
            ["in_channels"] = 3 + structure,
            ["block_out_channels"] = channels,
            ["layers_per_block"] = 1,
            ["norm_num_groups"] = 4,
            ["down_block_types"] = channels.Select(_ => "DownBlock2D"),
            ["up_block_types"] = channels.Select(_ => "UpBlock2D"),
            ["num_class_embeds"] = rows,
        });
        if (notes is not null) File.WriteAllText(Path.Combine(folder, "rubato.json"), notes);
        WriteWeights(Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"), new UNet2DOptions
        {
            SampleSize = (size, size),
            InChannels = 3 + structure,
            BlockOutChannels = channels,
            LayersPerBlock = 1,
            NormNumGroups = 4,
            DownBlockTypes = [.. channels.Select(_ => UNet2DDownBlock.DownBlock2D)],
            UpBlockTypes = [.. channels.Select(_ => UNet2DUpBlock.UpBlock2D)],
            ClassEmbedding = ClassEmbedding.Table,
            NumClassEmbeds = rows,
        });
        return folder;

        void Put(string name, object json) => File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(json));
    }

    /// <summary>What the network misses in an empty source are its tensors.</summary>
    private static void WriteWeights(string path, UNet2DOptions options)
    {
        IReadOnlyList<string> missing = [];
        try
        {
            _ = new UNet2DModel(new Weights(new Nothing()), options);
        }
        catch (WeightsException exception)
        {
            missing = exception.Problems;
        }

        var random = new NoiseStream(seed: 11, NoisePurpose.Start);
        SafetensorsWriter.Write(path, missing.Select(problem =>
        {
            Match tensor = Missing.Match(problem);
            string name = tensor.Groups["name"].Value;
            long[] shape = [.. tensor.Groups["shape"].Value.Split(", ").Select(long.Parse)];
            float[] values = new float[shape.Aggregate((a, b) => a * b)];
            if (shape.Length > 1)
            {
                random.Normal(values);
                double scale = name.StartsWith("class_embedding", StringComparison.Ordinal) ? 1
                    : 1 / Math.Sqrt(values.Length / shape[0]);
                for (int i = 0; i < values.Length; i++) values[i] *= (float)scale;
            }
            else if (name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal))
            {
                values.AsSpan().Fill(1);
            }

            byte[] bytes = new byte[values.Length * sizeof(float)];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            return new TensorSource(name, SafetensorsDType.F32, shape, bytes);
        }));
    }

    private sealed class Nothing : IWeightSource
    {
        public string Name => "nothing";

        public IReadOnlyCollection<string> Names => [];

        public Shape? ShapeOf(string name) => null;

        public Tensor Read(string name) => throw new KeyNotFoundException(name);
    }
}
