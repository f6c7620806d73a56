using System.Text;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>Writes a trained network as the folder that <see cref="Pipelines.PromptFolder"/> reads.</summary>
internal static class PromptModel
{
    /// <summary>Writes configuration and weights; files that are there are replaced, each as a whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="network">The network's class.</param>
    /// <param name="classes">Names by index.</param>
    /// <param name="width">The network's width.</param>
    /// <param name="parameters">What it has learned.</param>
    /// <param name="more">Writes further keys of the configuration.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Export(string folder, string network, IReadOnlyList<string> classes, int width, ParameterSet parameters,
        Action<Utf8JsonWriter>? more = null)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, PromptFiles.Config), stream
            => stream.Write(Encoding.UTF8.GetBytes(Configuration(network, classes, width, more))));
        SafetensorsWriter.Write(Path.Combine(folder, PromptFiles.Weights),
            parameters.All.Select(parameter => TrainedModel.Half(parameter, parameter.Value)));
    }

    private static string Configuration(string network, IReadOnlyList<string> classes, int width, Action<Utf8JsonWriter>? more)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(PromptFiles.Network, network);
            json.WriteStartArray(PromptFiles.Classes);
            foreach (string name in classes) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteNumber(PromptFiles.Width, width);
            more?.Invoke(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
