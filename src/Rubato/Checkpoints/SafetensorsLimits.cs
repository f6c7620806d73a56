namespace Rubato.Checkpoints;

/// <summary>What a safetensors file may hold, the same for reading and for writing.</summary>
internal static class SafetensorsLimits
{
    /// <summary>Bytes before the header: its length.</summary>
    public const int PrefixBytes = 8;

    /// <summary>The cap of the reference implementation.</summary>
    public const long HeaderBytes = 100_000_000;

    public const int Tensors = 200_000;

    public const int NameBytes = 1024;

    /// <summary>All names together: keeps what a header can make us hold within a few dozen MiB.</summary>
    public const int AllNamesBytes = 16 << 20;

    public const int Rank = 8;

    public const string MetadataKey = "__metadata__";

    public const int MetadataEntries = 10_000;

    public const int MetadataBytes = 1 << 20;
}
