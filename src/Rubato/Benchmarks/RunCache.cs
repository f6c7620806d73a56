using System.Buffers.Binary;
using System.Text;
using Rubato.Imaging;

namespace Rubato.Benchmarks;

/// <summary>A finished run of one sample.</summary>
/// <param name="Evaluated">Whether the network was run, step by step.</param>
/// <param name="Evaluations">Forwards of the network: one a branch.</param>
/// <param name="Cosines">Those that adaptive guidance took, in order.</param>
/// <param name="Picture">The picture.</param>
internal sealed record RunResult(bool[] Evaluated, int Evaluations, double[] Cosines, Picture Picture);

/// <summary>
/// The finished runs of a model in one file that only grows: a run is there as a whole with its checksum, or, where the
/// process was killed in the middle of writing it, cut off at the next start. One process at a time.
/// </summary>
internal sealed class RunCache : IDisposable
{
    private const int PrefixBytes = 8, MostBytes = 1 << 28;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunResult> _runs = new(StringComparer.Ordinal);
    private readonly FileStream _file;

    private RunCache(FileStream file) => _file = file;

    /// <summary>How many runs there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Opens the runs of a model, or begins them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What all runs in it have in common; a file of another head is begun anew.</param>
    /// <exception cref="IOException">Another process has the file open, or it cannot be written.</exception>
    public static RunCache Open(string path, string head)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var cache = new RunCache(file);
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
    public RunResult? Find(string key)
    {
        lock (_gate) return _runs.GetValueOrDefault(key);
    }

    /// <summary>Keeps a run, on the disk too.</summary>
    public void Add(string key, RunResult run)
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
            (string key, RunResult run) = Read(body);
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

    private static byte[] Write(string key, RunResult run)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(key);
        writer.Write(run.Evaluations);
        writer.Write(run.Evaluated.Length);
        foreach (bool evaluated in run.Evaluated) writer.Write(evaluated);
        writer.Write(run.Cosines.Length);
        foreach (double cosine in run.Cosines) writer.Write(cosine);
        writer.Write(run.Picture.Width);
        writer.Write(run.Picture.Height);
        writer.Write(run.Picture.Channels);
        writer.Write(run.Picture.Pixels);
        writer.Flush();
        return buffer.ToArray();
    }

    private static (string Key, RunResult Run) Read(byte[] body)
    {
        using var reader = new BinaryReader(new MemoryStream(body));
        string key = reader.ReadString();
        int evaluations = reader.ReadInt32();
        bool[] evaluated = new bool[reader.ReadInt32()];
        for (int i = 0; i < evaluated.Length; i++) evaluated[i] = reader.ReadBoolean();
        double[] cosines = new double[reader.ReadInt32()];
        for (int i = 0; i < cosines.Length; i++) cosines[i] = reader.ReadDouble();
        int width = reader.ReadInt32(), height = reader.ReadInt32(), channels = reader.ReadInt32();
        byte[] pixels = reader.ReadBytes(width * height * channels);
        return (key, new RunResult(evaluated, evaluations, cosines, new Picture(width, height, channels, pixels)));
    }
}
