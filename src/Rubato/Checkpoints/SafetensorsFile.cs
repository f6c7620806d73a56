using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>
/// A safetensors file: an 8-byte length, a JSON header, the tensors' bytes. Opening reads and checks the header alone;
/// tensors are read when asked for, by position and into the caller's memory. The file is never mapped: if somebody
/// shortens it meanwhile, a read fails with an exception and the process lives.
/// </summary>
/// <remarks>Reading is safe from several threads at once.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly Dictionary<string, StoredTensor> _byName;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        long length = RandomAccess.GetLength(handle);
        long headerBytes = ReadHeaderLength(length);
        _dataStart = SafetensorsLimits.PrefixBytes + headerBytes;
        var json = new JsonTokens(handle, path, SafetensorsLimits.PrefixBytes, headerBytes);
        (List<StoredTensor> tensors, Dictionary<string, string> metadata) =
            SafetensorsHeader.Read(this, json, length - _dataStart);
        Tensors = tensors;
        Metadata = metadata;
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>What the writer noted. Text by strangers: it means nothing until it is checked.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw CheckpointException.OfTensor(Path, name, "is not in the file", $"it has {Tensors.Count} others");

    /// <summary>Opens a file and checks all of its header.</summary>
    /// <exception cref="CheckpointException">The file breaks a rule of the format or a limit.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle handle = InputFile.Open(path) ?? throw TooShort(path, 0);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of this name, and which.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) =>
        _byName.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    internal void ReadData(StoredTensor tensor, long offset, Span<byte> destination)
    {
        if (!InputFile.TryFill(_handle, destination, _dataStart + tensor.Begin + offset))
            throw CheckpointException.OfTensor(Path, tensor.Name, "is cut off: the file became shorter since it was opened",
                "it must stay as it was");
    }

    private long ReadHeaderLength(long fileLength)
    {
        Span<byte> prefix = stackalloc byte[SafetensorsLimits.PrefixBytes + 1];
        if (fileLength < SafetensorsLimits.PrefixBytes)
            throw TooShort(Path, fileLength);
        if (!InputFile.TryFill(_handle, prefix[..SafetensorsLimits.PrefixBytes], 0))
            throw TooShort(Path, 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsLimits.HeaderBytes)
            throw new CheckpointException(Path, $"claims a header of {length} bytes",
                "a safetensors file begins with the header's length, at most 100000000");
        if ((long)length > fileLength - SafetensorsLimits.PrefixBytes)
            throw new CheckpointException(Path, $"claims a header of {length} bytes",
                $"only {fileLength - SafetensorsLimits.PrefixBytes} follow");
        if (length == 0 || !InputFile.TryFill(_handle, prefix[^1..], SafetensorsLimits.PrefixBytes) || prefix[^1] != '{')
            throw new CheckpointException(Path, "has a header that does not begin with {", "it must be a JSON object");
        return (long)length;
    }

    private static CheckpointException TooShort(string path, long length) =>
        new(path, $"has {length} bytes", "a safetensors file has at least 8: the length of its header");
}
