using System.Text.Json;
using Rubato.Checkpoints;

namespace Rubato.Goldens;

/// <summary>A folder with a <c>case.json</c> and the tensors it speaks of.</summary>
internal sealed class GoldenCase : IDisposable
{
    public const string FileName = "case.json";

    private readonly Lazy<SafetensorsFile> _tensors;

    private GoldenCase(string name, string folder, JsonElement json)
    {
        (Name, Folder, Json) = (name, folder, json);
        string file = json.TryGetProperty("tensors_file", out JsonElement value)
            ? value.GetString()!
            : "tensors.safetensors";
        _tensors = new Lazy<SafetensorsFile>(() => SafetensorsFile.Open(Path.Combine(folder, file)));
    }

    /// <summary>The folder relative to the set, with slashes.</summary>
    public string Name { get; }

    public string Folder { get; }

    public JsonElement Json { get; }

    public string Family => Text("family");

    /// <summary>Names of all tensors in the file.</summary>
    public IEnumerable<string> TensorNames => _tensors.Value.Tensors.Select(tensor => tensor.Name);

    public GoldenTensor this[string tensor] => new(_tensors.Value[tensor]);

    public static GoldenCase Open(string name, string folder)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, FileName)));
        return new GoldenCase(name, folder, json.RootElement.Clone());
    }

    public bool Has(string tensor) => _tensors.Value.TryGet(tensor, out _);

    public string Text(string key) => Json.GetProperty(key).GetString()!;

    /// <summary>The texts of a list; none where the key is missing.</summary>
    public string[] Texts(string key)
        => Json.TryGetProperty(key, out JsonElement list)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];

    /// <summary>The limit of an output: its own where the case has one, else the case's.</summary>
    public Tolerance Tolerance(string output) => Tolerance(Json, output);

    /// <summary>The same rule for an entry of the case that states limits itself.</summary>
    public static Tolerance Tolerance(JsonElement json, string output)
        => Goldens.Tolerance.Read(
            json.TryGetProperty("tolerances", out JsonElement all) && all.TryGetProperty(output, out JsonElement own)
                ? own
                : json.GetProperty("tolerance"));

    public void Dispose()
    {
        if (_tensors.IsValueCreated) _tensors.Value.Dispose();
    }
}
