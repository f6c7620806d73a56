using System.Globalization;

namespace Rubato.Training;

/// <summary>
/// The checkpoints of a run in a folder: each a file of its own that appears as a whole, the last two kept. Whatever
/// moment the process dies at, a whole one is there.
/// </summary>
public sealed class CheckpointStore
{
    private const int Kept = 2;
    private const string Prefix = "pictures-", Extension = ".safetensors", Temporary = ".rubato-*.tmp";

    /// <summary>A store in a folder, which is made where it is missing. What a killed writer left is removed.</summary>
    public CheckpointStore(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        foreach (string left in Directory.EnumerateFiles(Folder, Temporary)) File.Delete(left);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The checkpoints, the newest first.</summary>
    public IReadOnlyList<string> Files => FilesIn(Folder);

    /// <summary>The checkpoints of a folder, the newest first.</summary>
    public static IReadOnlyList<string> FilesIn(string folder)
        => !Directory.Exists(folder) ? []
            : [.. Directory.EnumerateFiles(folder, Prefix + "*" + Extension).OrderDescending(StringComparer.Ordinal)];

    /// <summary>Writes a checkpoint, then removes the oldest ones.</summary>
    public string Save(Trainer trainer, TrainingLog log)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        string path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{trainer.Seen:D12}{Extension}"));
        TrainingCheckpoint.Write(path, trainer, log);
        foreach (string old in Files.Skip(Kept)) File.Delete(old);
        return path;
    }
}
