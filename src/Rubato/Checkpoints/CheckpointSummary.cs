namespace Rubato.Checkpoints;

/// <summary>The tensors of one element type.</summary>
/// <param name="DType">How the elements are stored.</param>
/// <param name="Tensors">How many tensors.</param>
/// <param name="Elements">Their elements in all.</param>
/// <param name="Bytes">Their bytes in all.</param>
public readonly record struct DTypeShare(SafetensorsDType DType, int Tensors, long Elements, long Bytes);

/// <summary>What a checkpoint holds, from its headers alone.</summary>
public sealed record CheckpointSummary
{
    private const int Listed = 10;

    /// <summary>Sums up an open checkpoint.</summary>
    public CheckpointSummary(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Tensors = checkpoint.Count;
        Parameters = checkpoint.Tensors.Sum(tensor => tensor.ElementCount);
        Bytes = checkpoint.Tensors.Sum(tensor => tensor.ByteCount);
        Files = [.. checkpoint.Files.Select(file => file.Path)];
        ByDType = [.. checkpoint.Tensors.GroupBy(tensor => tensor.DType)
            .Select(group => new DTypeShare(group.Key, group.Count(), group.Sum(t => t.ElementCount),
                group.Sum(t => t.ByteCount)))
            .OrderByDescending(share => share.Bytes)];
        Largest = [.. checkpoint.Tensors.OrderByDescending(tensor => tensor.ByteCount)
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal).Take(Listed)];
        Metadata = [.. checkpoint.Files.SelectMany(file => file.Metadata)
            .DistinctBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    /// <summary>How many tensors.</summary>
    public int Tensors { get; }

    /// <summary>Elements of all tensors.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes { get; }

    /// <summary>Paths of the files, one or more.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>By element type, the one with most bytes first.</summary>
    public IReadOnlyList<DTypeShare> ByDType { get; }

    /// <summary>The ten largest tensors, largest first. Their facts outlive the checkpoint, their bytes do not.</summary>
    public IReadOnlyList<StoredTensor> Largest { get; }

    /// <summary>What the writer noted: text by strangers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; }
}
