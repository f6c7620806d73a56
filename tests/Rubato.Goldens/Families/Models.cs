using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>A network computed: every output and trace, under its name in the case.</summary>
internal delegate IEnumerable<(string Name, Tensor Value)> Network(ModelCase model);

/// <summary>A case of family <c>models</c>: a folder with weights, the arguments of one call, its results.</summary>
/// <param name="golden">The case.</param>
/// <param name="weights">Those of its folder.</param>
/// <param name="precision">What the large products of the network are computed in.</param>
internal sealed class ModelCase(GoldenCase golden, Checkpoint weights, Precision precision = Precision.Float32)
{
    private readonly string[] _inputs = golden.Texts("inputs");

    public ModelConfig Config { get; } = ModelConfig.Read(Path.Combine(FolderOf(golden), "config.json"));

    public Checkpoint Weights => weights;

    public Precision Precision => precision;

    /// <summary>Arguments that are no tensors.</summary>
    public JsonElement Arguments => golden.Json.GetProperty("args");

    public static string FolderOf(GoldenCase golden)
        => Path.GetFullPath(Path.Combine(golden.Folder, golden.Text("model")));

    /// <summary>An input as float32; null where the call has none of that name.</summary>
    public Tensor? Find(string input)
        => _inputs.Contains(input, StringComparer.Ordinal) ? golden[input].ToTensor() : null;

    /// <summary>An input as float32.</summary>
    public Tensor Input(string input)
        => Find(input) ?? throw new InvalidDataException($"the case has no input \"{input}\"");
}

/// <summary>Networks: outputs at their own tolerance, inner modules ("traces") at 1e-4 of their maximum.</summary>
internal sealed class Models(IReadOnlyDictionary<string, Network> networks) : IFamily
{
    /// <summary>
    /// Every network that there is, by its class in diffusers or transformers, with the kind of the case where it has one.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, Network> ByClass =
        new Dictionary<string, Network>(StringComparer.Ordinal)
        {
            ["CLIPTextModel"] = Clip.ReadText,
            ["CLIPTextModelWithProjection"] = Clip.ReadText,
            ["CLIPVisionModelWithProjection"] = Clip.ReadVision,
            ["UNet2DModel"] = UNet2D.Run,
            ["UNet2DModel (training)"] = UNet2DTraining.Run,
        };

    private static readonly Tolerance OfTraces = new(0, 1e-4);

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        string[] outputs = golden.Texts("outputs"), traces = golden.Texts("traces");
        yield return new Unit(golden.Name, [.. outputs, .. traces],
            comparison => Run(golden, outputs, traces, comparison));
    }

    private void Run(GoldenCase golden, string[] outputs, string[] traces, Comparison comparison)
    {
        string kind = golden.Json.TryGetProperty("kind", out JsonElement named) ? $" ({named.GetString()})" : "";
        Network network = networks.Find("models", "class", golden.Text("class") + kind);
        using Checkpoint weights = Checkpoint.Open(ModelCase.FolderOf(golden));
        var missing = new HashSet<string>(traces, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in network(new ModelCase(golden, weights)))
        {
            if (outputs.Contains(name, StringComparer.Ordinal))
                comparison.Check(name, value, golden[name], golden.Tolerance(name));
            else if (missing.Remove(name))
                comparison.Check(name, value, golden[name], OfTraces);
        }

        foreach (string name in missing) comparison.LeaveOut(name, "traces");
    }
}
