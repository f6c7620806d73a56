using System.Text;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>Writes a trained network as the folder that <see cref="PromptEncoder.Load"/> reads.</summary>
internal static class PromptModel
{
    /// <summary>Writes configuration and weights; files that are there are replaced, each as a whole.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Export(
        string folder, IReadOnlyList<string> classes, IReadOnlyList<int> tokens, int width, ParameterSet parameters)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, PromptFiles.Config), stream
            => stream.Write(Encoding.UTF8.GetBytes(Configuration(classes, tokens, width))));
        SafetensorsWriter.Write(Path.Combine(folder, PromptFiles.Weights),
            parameters.All.Select(parameter => TrainedModel.Half(parameter, parameter.Value)));
    }

    private static string Configuration(IReadOnlyList<string> classes, IReadOnlyList<int> tokens, int width)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("_class_name", nameof(Networks.PromptNetwork));
            json.WriteStartArray(PromptFiles.Classes);
            foreach (string name in classes) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteNumber(PromptFiles.Width, width);
            json.WriteStartArray(PromptFiles.Tokens);
            foreach (int token in tokens) json.WriteNumberValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
