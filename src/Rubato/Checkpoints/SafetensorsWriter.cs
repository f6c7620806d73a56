using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>Writes safetensors files, byte for byte the same for the same tensors.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>
    /// Writes a file: types of large alignment first, then by name, as the reference implementation does. The file
    /// appears under its name when all of it is on the disk; until then an older one stays as it was.
    /// </summary>
    /// <param name="path">The file to make or to replace, in an existing folder.</param>
    /// <param name="tensors">The tensors in any order; their names differ.</param>
    /// <param name="metadata">Notes for readers, at most 1 MiB and 10 000 entries.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a limit of the format is exceeded.</exception>
    /// <exception cref="InvalidOperationException">A source wrote more or fewer bytes than its tensor takes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        TensorSource[] ordered = [.. tensors.OrderByDescending(tensor => tensor.DType)
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        metadata ??= new Dictionary<string, string>(StringComparer.Ordinal);
        RequireReadable(ordered, metadata);
        byte[] header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (TensorSource tensor in ordered)
            {
                long begin = stream.Position;
                tensor.Write(stream);
                if (stream.Position - begin != tensor.ByteCount)
                    throw new InvalidOperationException($"Tensor \"{Printable.Escape(tensor.Name)}\" takes "
                        + $"{tensor.ByteCount} bytes; {stream.Position - begin} were written.");
            }
        });
    }

    private static byte[] Header(TensorSource[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(stackalloc byte[SafetensorsLimits.PrefixBytes]);
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
                WriteMetadata(json, metadata);
            long begin = 0;
            foreach (TensorSource tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DType.ToString());
                WriteNumbers(json, "shape", tensor.Shape.AsSpan());
                WriteNumbers(json, "data_offsets", [begin, begin + tensor.ByteCount]);
                json.WriteEndObject();
                begin += tensor.ByteCount;
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % Alignment != 0)
            buffer.Write(" "u8);
        byte[] header = buffer.WrittenSpan.ToArray();
        long length = header.Length - SafetensorsLimits.PrefixBytes;
        if (length > SafetensorsLimits.HeaderBytes)
            throw new ArgumentException($"The header would take {length} bytes.", nameof(tensors));
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsLimits.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    /// <summary>What we write we must be able to read.</summary>
    private static void RequireReadable(TensorSource[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TensorSource tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors are named \"{Printable.Escape(tensor.Name)}\".", nameof(tensors));
        }

        if (tensors.Length > SafetensorsLimits.Tensors
            || names.Sum(name => (long)TensorSource.StrictUtf8.GetByteCount(name)) > SafetensorsLimits.AllNamesBytes)
            throw new ArgumentException("At most 200000 tensors with 16 MiB of names fit a file.", nameof(tensors));
        long bytes = metadata.Sum(entry =>
            (long)TensorSource.StrictUtf8.GetByteCount(entry.Key) + TensorSource.StrictUtf8.GetByteCount(entry.Value));
        if (bytes > SafetensorsLimits.MetadataBytes || metadata.Count > SafetensorsLimits.MetadataEntries)
            throw new ArgumentException("Metadata has at most 10000 entries and 1 MiB.", nameof(metadata));
    }
}
