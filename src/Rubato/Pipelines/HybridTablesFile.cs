using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Planning;

namespace Rubato.Pipelines;

/// <summary>
/// Hybrid schedules as JSON: under <c>ancestral</c> and <c>deterministic</c> a list of <c>steps</c>, the weights <c>linear</c>,
/// <c>cosine</c>, <c>karras</c> and <c>flow</c>, and <c>gamma</c>. Other keys are ignored.
/// </summary>
public static class HybridTablesFile
{
    private const int MostAnchors = 1000;
    private const int MostSteps = 1_000_000;

    /// <summary>Reads tables.</summary>
    /// <exception cref="CheckpointException">A value is missing, or is not what it should be.</exception>
    public static HybridTables Read(string path)
    {
        ModelConfig config = ModelConfig.Read(path);
        return new HybridTables(ReadTable(config, "ancestral"), ReadTable(config, "deterministic"));
    }

    /// <summary>Writes tables.</summary>
    internal static void Write(string path, HybridTables tables) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteTable(json, "ancestral", tables.Ancestral);
            WriteTable(json, "deterministic", tables.Deterministic);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    });

    private static HybridTable ReadTable(ModelConfig config, string key)
    {
        HybridAnchor[] anchors = [.. config.ReadObjects(key, MostAnchors)
            .Select((anchor, i) => ReadAnchor(anchor, config.File, $"{key}[{i}]"))];
        if (anchors.Length == 0) throw CheckpointException.OfKey(config.File, key, "holds nothing", "it must be a list of schedules");
        if (anchors.Zip(anchors.Skip(1)).Any(pair => pair.First.Steps >= pair.Second.Steps))
            throw CheckpointException.OfKey(config.File, key, "does not rise", "each schedule must be for more steps than the one before");
        return new HybridTable(anchors);
    }

    private static HybridAnchor ReadAnchor(ModelConfig anchor, string file, string key)
    {
        int steps = anchor.ReadInt32("steps", 1, MostSteps);
        double gamma = anchor.ReadDouble("gamma", HybridSchedule.LeastGamma, HybridSchedule.GreatestGamma);
        double linear = Weight("linear"), cosine = Weight("cosine"), karras = Weight("karras"), flow = Weight("flow");
        return HybridSchedule.AddUp(linear, cosine, karras, flow)
            ? new HybridAnchor(steps, new HybridSchedule(linear, cosine, karras, flow, gamma))
            : throw CheckpointException.OfKey(file, key, "has weights that do not add up to 1", "linear, cosine, karras and flow must");

        double Weight(string name) => anchor.ReadDouble(name, 0, 1);
    }

    private static void WriteTable(Utf8JsonWriter json, string key, HybridTable table)
    {
        json.WriteStartArray(key);
        foreach ((int steps, HybridSchedule schedule) in table.Anchors)
        {
            json.WriteStartObject();
            json.WriteNumber("steps", steps);
            json.WriteNumber("linear", schedule.Linear);
            json.WriteNumber("cosine", schedule.Cosine);
            json.WriteNumber("karras", schedule.Karras);
            json.WriteNumber("flow", schedule.Flow);
            json.WriteNumber("gamma", schedule.Gamma);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
