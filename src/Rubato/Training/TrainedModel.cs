using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training;

/// <summary>Writes what was trained as a model's folder in diffusers' layout: float16 weights of the average.</summary>
public static class TrainedModel
{
    private const string Solver = "UniPCMultistepScheduler";
    private const int Steps = 20;
    private const string WeightsFile = "diffusion_pytorch_model.safetensors";

    /// <summary>Writes the folder; files that are there are replaced, each as a whole.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Export(Trainer trainer, string folder)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string unet = Path.Combine(folder, "unet"), scheduler = Path.Combine(folder, "scheduler");
        Directory.CreateDirectory(unet);
        Directory.CreateDirectory(scheduler);
        WriteText(Path.Combine(unet, "config.json"), UNet2DConfigWriter.Write(trainer.Architecture));
        WriteText(Path.Combine(scheduler, "scheduler_config.json"), Scheduler());
        WriteWeights(Path.Combine(unet, WeightsFile), trainer, trainer.Average.Values);
        WriteText(Path.Combine(folder, ModelNotes.FileName), Notes(trainer.Architecture.StructureChannels > 0, trainer.Options.LevelInput));
        WriteText(Path.Combine(folder, ModelIndex.FileName), Index(trainer.Pictures.Classes));
    }

    /// <summary>Writes the weights as they stand, in float16: with them training can go on elsewhere.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void ExportRaw(Trainer trainer, string file)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        WriteWeights(file, trainer, [.. trainer.Parameters.All.Select(parameter => parameter.Value)]);
    }

    private static void WriteWeights(string path, Trainer trainer, IReadOnlyList<Tensor> values)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [CheckpointKeys.Unet] = UNet2DConfigWriter.Write(trainer.Architecture),
            [CheckpointKeys.Pictures] = CheckpointKeys.Text(trainer.Seen),
            [CheckpointKeys.LevelInput] = LevelInputNames.Of(trainer.Options.LevelInput),
        };
        SafetensorsWriter.Write(path, trainer.Parameters.All.Zip(values, Half), metadata);
    }

    internal static TensorSource Half(Parameter parameter, Tensor value) => new(parameter.Name, SafetensorsDType.F16,
        [.. value.Shape.Select(length => (long)length)], stream =>
        {
            Half[] half = new Half[value.Count];
            ReadOnlySpan<float> floats = value.AsSpan();
            for (int i = 0; i < half.Length; i++) half[i] = (Half)floats[i];
            stream.Write(MemoryMarshal.AsBytes<Half>(half));
        });

    private static void WriteText(string path, string text)
        => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string Index(IReadOnlyList<string> classes) => Json(json =>
    {
        json.WriteString("_class_name", "DDIMPipeline");
        json.WriteStartObject("id2label");
        for (int i = 0; i < classes.Count; i++) json.WriteString(CheckpointKeys.Text(i), classes[i]);
        json.WriteEndObject();
        Component(json, "scheduler", Solver);
        Component(json, "unet", "UNet2DModel");
    });

    /// <summary>
    /// The process of <see cref="Trainer.Process"/> in diffusers' words, and of the solvers that diffusers has the one that ends
    /// nearest to the exact solution in <see cref="Steps"/> steps on the bundled model (docs/solvers.html).
    /// </summary>
    private static string Scheduler() => Json(json =>
    {
        json.WriteString("_class_name", Solver);
        json.WriteNumber("beta_end", 0.02);
        json.WriteString("beta_schedule", "linear");
        json.WriteNumber("beta_start", 0.0001);
        json.WriteNumber("num_train_timesteps", Trainer.Process.Steps);
        json.WriteString("prediction_type", "v_prediction");
        json.WriteNumber("solver_order", 2);
        json.WriteString("solver_type", "bh2");
        json.WriteString("timestep_spacing", "trailing");
        json.WriteBoolean("use_exponential_sigmas", true);
    });

    /// <summary>Steps of that solver, without a policy: with one it ends further away than with fewer steps.</summary>
    private static string Notes(bool structured, LevelInput input) => Json(json =>
    {
        json.WriteNumber("steps", Steps);
        json.WriteStartArray("policies");
        json.WriteEndArray();
        if (structured) json.WriteBoolean("structure", true);
        if (input != LevelInput.Level) json.WriteString(ModelNotes.LevelInputKey, LevelInputNames.Of(input));
    });

    private static void Component(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartArray(name);
        json.WriteStringValue("diffusers");
        json.WriteStringValue(type);
        json.WriteEndArray();
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
