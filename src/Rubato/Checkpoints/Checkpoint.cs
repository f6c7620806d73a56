using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>
/// The tensors of a model's part, whether they lie in one file or in several with an index. Nothing but headers is read
/// before a tensor is asked for.
/// </summary>
/// <remarks>Reading is safe from several threads at once.</remarks>
public sealed class Checkpoint : IDisposable
{
    private const string Extension = ".safetensors";
    private static readonly string[] UsualNames = ["diffusion_pytorch_model", "model"];

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, StoredTensor> _byName = new(StringComparer.Ordinal);

    private Checkpoint(string path) => Path = path;

    /// <summary>The file or the index that was opened.</summary>
    public string Path { get; }

    /// <summary>All tensors, file by file in the order of their bytes.</summary>
    public IEnumerable<StoredTensor> Tensors => _files.SelectMany(file => file.Tensors);

    /// <summary>How many tensors there are.</summary>
    public int Count => _byName.Count;

    /// <summary>The files, one or more.</summary>
    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw CheckpointException.OfTensor(Path, name, "is not in the checkpoint", $"it has {Count} others");

    /// <summary>
    /// Opens a <c>.safetensors</c> file, a <c>.safetensors.index.json</c> with its files, or what a folder holds of
    /// these: <c>diffusion_pytorch_model</c>, else <c>model</c>, else the only <c>.safetensors</c> file.
    /// </summary>
    /// <exception cref="CheckpointException">
    /// A file breaks the format's rules; a file of the index is missing or elsewhere; a tensor is in two files or not in
    /// the one that the index names; the folder holds no checkpoint, or several.
    /// </exception>
    /// <exception cref="IOException">The path does not exist or cannot be read.</exception>
    public static Checkpoint Open(string path)
    {
        string file = path;
        if (Directory.Exists(path))
        {
            file = FindIn(path);
            ModelFolder.RequireInside(path, file, file);
        }

        var checkpoint = new Checkpoint(file);
        try
        {
            if (file.EndsWith(ShardIndex.Suffix, StringComparison.OrdinalIgnoreCase))
                checkpoint.AddShards();
            else
                checkpoint.Add(file);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 over the files of a checkpoint, in the order of their names.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    internal static string HashOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Checkpoint checkpoint = Open(path);
        byte[] buffer = new byte[1 << 20];
        foreach (string part in checkpoint.Files.Select(file => file.Path).Order(StringComparer.Ordinal))
        {
            using FileStream file = File.OpenRead(part);
            for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether there is a tensor of this name, and which.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) =>
        _byName.TryGetValue(name, out tensor);

    /// <summary>Closes the files; tensors cannot be read any more.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
            file.Dispose();
    }

    private static string FindIn(string folder)
    {
        foreach (string name in UsualNames)
        {
            foreach (string suffix in new[] { Extension, ShardIndex.Suffix })
            {
                string usual = System.IO.Path.Combine(folder, name + suffix);
                if (File.Exists(usual))
                    return usual;
            }
        }

        string[] all = [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)];
        return all switch
        {
            [string only] => only,
            [] => throw new CheckpointException(folder, "holds no .safetensors file", "name the folder or file that does"),
            _ => throw new CheckpointException(folder,
                $"holds several: {Printable.List([.. all.Select(file => System.IO.Path.GetFileName(file))])}",
                "name the one to open"),
        };
    }

    private void AddShards()
    {
        Dictionary<string, string> shards = ShardIndex.Read(Path);
        string folder = System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } parent ? parent : ".";
        foreach (string shard in shards.Values.Distinct(StringComparer.Ordinal))
        {
            string file = System.IO.Path.Combine(folder, shard);
            ModelFolder.RequireInside(folder, file, file);
            Add(file);
        }

        foreach ((string name, string shard) in shards)
        {
            if (!_byName.TryGetValue(name, out StoredTensor? tensor)
                || System.IO.Path.GetFileName(tensor.File) != shard)
                throw CheckpointException.OfTensor(Path, name, $"is not in \"{Printable.Escape(shard)}\"",
                    tensor is null ? "no file of the index has it" : $"it is in {Printable.Escape(tensor.File)}");
        }
    }

    private void Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (StoredTensor tensor in file.Tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
                throw CheckpointException.OfTensor(path, tensor.Name,
                    $"is also in {Printable.Escape(_byName[tensor.Name].File)}", "a tensor is in one file");
        }
    }
}
