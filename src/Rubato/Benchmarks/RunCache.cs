using System.Buffers.Binary;
using System.Text;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>A finished run that can be kept in a file.</summary>
internal interface ICachedRun<TRun>
    where TRun : class
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    static abstract TRun Read(BinaryReader reader);

    /// <summary>Writes all of it.</summary>
    void Write(BinaryWriter writer);
}

/// <summary>
/// The finished runs of a model in one file that only grows: a run is there as a whole with its checksum, or, where the
/// process was killed in the middle of writing it, cut off at the next start. One process at a time.
/// </summary>
internal sealed class RunCache<TRun> : IDisposable
    where TRun : class, ICachedRun<TRun>
{
    private const int PrefixBytes = 8, MostBytes = 1 << 28;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TRun> _runs = new(StringComparer.Ordinal);
    private readonly FileStream _file;

    private RunCache(FileStream file) => _file = file;

    /// <summary>How many runs there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Opens the runs of a model with its settings at its precision, or begins them.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="folder">Where they are kept; made where it is missing.</param>
    /// <param name="kind">What the runs are; the extension of their file.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public static RunCache<TRun> Open(Diffuser parts, string folder, string kind)
    {
        Directory.CreateDirectory(folder);
        // Sets of kernels of one family give the same bits.
        string family = KernelSet.Current.Fused ? "fused" : "separate", precision = PrecisionNames.Of(parts.Precision);
        return Open(Path.Combine(folder, $"{parts.WeightsHash[..12]}-{parts.SettingsHash[..8]}-{family}-{precision}.{kind}"),
            $"rubato {kind} 2 {parts.WeightsHash} {parts.SettingsHash} {family} {precision}");
    }

    /// <summary>Opens a file of runs, or begins it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What all runs in it have in common; a file of another head is begun anew.</param>
    /// <exception cref="IOException">Another process has the file open, or it cannot be written.</exception>
    public static RunCache<TRun> Open(string path, string head)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var cache = new RunCache<TRun>(file);
        byte[] expected = Encoding.UTF8.GetBytes(head + "\n"), found = new byte[expected.Length];
        bool ours = file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(expected);
        if (ours)
        {
            cache.Load();
        }
        else
        {
            file.SetLength(0);
            file.Write(expected);
            file.Flush();
        }

        return cache;
    }

    /// <summary>The run of a key; null where it has not been finished.</summary>
    public TRun? Find(string key)
    {
        lock (_gate) return _runs.GetValueOrDefault(key);
    }

    /// <summary>Keeps a run, on the disk too.</summary>
    public void Add(string key, TRun run)
    {
        byte[] body = Write(key, run), prefix = new byte[PrefixBytes];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(4), Checksum(body));
        lock (_gate)
        {
            _runs[key] = run;
            _file.Write(prefix);
            _file.Write(body);
            _file.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Load()
    {
        byte[] prefix = new byte[PrefixBytes];
        long whole = _file.Position;
        while (_file.ReadAtLeast(prefix, PrefixBytes, throwOnEndOfStream: false) == PrefixBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (length is <= 0 or > MostBytes) break;
            byte[] body = new byte[length];
            if (_file.ReadAtLeast(body, length, throwOnEndOfStream: false) < length
                || Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(4))) break;
            (string key, TRun run) = Read(body);
            _runs[key] = run;
            whole = _file.Position;
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = new Crc32();
        sum.Append(bytes);
        return sum.Value;
    }

    private static byte[] Write(string key, TRun run)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(key);
        run.Write(writer);
        writer.Flush();
        return buffer.ToArray();
    }

    private static (string Key, TRun Run) Read(byte[] body)
    {
        using var reader = new BinaryReader(new MemoryStream(body));
        return (reader.ReadString(), TRun.Read(reader));
    }
}
