using System.Runtime.InteropServices;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Tensors;
using Rubato.Training;

namespace Rubato.Tests;

/// <summary>
/// A model of random weights that draws the classes of CIFAR-10 in 32 x 32 pixels, reads structure and estimates horizons, with the
/// schedules of the bundled one; and pictures in the files of CIFAR-10.
/// </summary>
internal static class HorizonModelFolder
{
    /// <summary>Conditions that the module says it was trained on.</summary>
    public const int Conditions = 4;

    private const int Side = 32;

    /// <summary>Writes the model.</summary>
    /// <param name="folder">Is made.</param>
    /// <param name="root">The root of the sources.</param>
    /// <param name="horizons">Whether it estimates horizons.</param>
    public static string Write(string folder, string root, bool horizons = true)
    {
        ClassModelFolder.Write(folder, [8, 8], Side, rows: 11, notes: """{"structure": true, "guidance_scale": 2}""",
            classes: [.. Cifar10.Classes], structure: 5);
        File.Copy(Path.Combine(root, "models", "acdiff", "hybrid_schedule.json"), Path.Combine(folder, "hybrid_schedule.json"));
        if (!horizons) return folder;
        string part = Directory.CreateDirectory(Path.Combine(folder, "horizon")).FullName;
        double[] laws = [.. Enumerable.Range(0, Conditions).SelectMany(i => (double[])[-3 + 0.2 * i, 1, 0.02])];
        File.WriteAllText(Path.Combine(part, "config.json"),
            JsonSerializer.Serialize(new { classes = Cifar10.Classes.Count, conditions = laws }));
        var random = new NoiseStream(seed: 5, NoisePurpose.Start);
        SafetensorsWriter.Write(Path.Combine(part, "model.safetensors"),
        [
            Of("classes.weight", 11, 16), .. Enumerable.Range(0, 4).SelectMany(Convolution), Of("norm.weight", 56), Of("norm.bias", 56),
            Of("first.weight", 128, 56), Of("first.bias", 128), Of("second.weight", 128, 128), Of("second.bias", 128),
            Of("answer.weight", 3, 128), Of("answer.bias", 3),
        ]);
        return folder;

        TensorSource[] Convolution(int i)
        {
            int inputs = i switch { 0 => 5, 1 => 16, _ => 32 }, outputs = i == 0 ? 16 : 32;
            return [Of($"structure.{i}.weight", outputs, inputs, 3, 3), Of($"structure.{i}.bias", outputs)];
        }

        TensorSource Of(string name, params long[] shape)
        {
            float[] values = new float[shape.Aggregate((a, b) => a * b)];
            random.Normal(values);
            double scale = 1 / Math.Sqrt(Math.Max(1, values.Length / shape[0]));
            foreach (ref float value in values.AsSpan()) value *= (float)scale;
            return new TensorSource(name, SafetensorsDType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }
    }

    /// <summary>Writes pictures of bars, more in each than in the one before, classes in turn.</summary>
    public static string WritePictures(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        using FileStream file = File.Create(Path.Combine(folder, "data_batch_1.bin"));
        for (int n = 0; n < count; n++)
        {
            file.WriteByte((byte)(n % Cifar10.Classes.Count));
            for (int i = 0; i < 3 * Side * Side; i++)
            {
                int x = i % Side, y = i / Side % Side;
                file.WriteByte((byte)(128 + 100 * Math.Sin((1 + n % 17) * x * 0.15 + 0.05 * n * y)));
            }
        }

        return folder;
    }
}
