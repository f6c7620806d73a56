using System.Text.Json;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>A <c>*.safetensors.index.json</c>: which file holds which tensor.</summary>
internal static class ShardIndex
{
    public const string Suffix = ".safetensors.index.json";

    private const int MaxBytes = 16 << 20;
    private const int MaxShards = 1000;

    /// <summary>File name by tensor name; every file name is plain, and every file is there.</summary>
    public static Dictionary<string, string> Read(string path)
    {
        JsonElement root = JsonFile.ReadObject(path, MaxBytes);
        if (!root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(path, "has no object \"weight_map\"", "it names the file of each tensor");
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty member in map.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { } shard
                || !ModelFolder.IsPlainFileName(shard))
                throw CheckpointException.OfTensor(path, member.Name,
                    $"is said to be in {Printable.Escape(member.Value.GetRawText())}",
                    "it must be the name of a file beside the index, without / \\ : and ..");
            shards.Add(member.Name, shard);
            if (shards.Count > SafetensorsLimits.Tensors)
                throw new CheckpointException(path, "lists too many tensors", "at most 200000 are read");
        }

        RequireFiles(path, [.. shards.Values.Distinct(StringComparer.Ordinal)]);
        return shards;
    }

    private static void RequireFiles(string path, string[] shards)
    {
        if (shards.Length > MaxShards)
            throw new CheckpointException(path, $"names {shards.Length} files", $"at most {MaxShards} make sense");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] missing = [.. shards.Where(shard => !File.Exists(Path.Combine(folder, shard)))];
        if (missing.Length > 0)
            throw new CheckpointException(path, $"names files that are missing: {Printable.List(missing)}",
                "all of them belong beside the index");
    }
}
