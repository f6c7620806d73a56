using System.Text.Json;
using System.Text.Unicode;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>Reads small JSON files by strangers: bounded in size and depth, every text in them valid.</summary>
internal static class JsonFile
{
    private const int MaxDepth = 64;

    /// <summary>The root object of the file; its strings and names can be taken without further checks.</summary>
    public static JsonElement ReadObject(string path, int maxBytes)
    {
        byte[] json = QuoteBareNumbers(ReadBytes(path, maxBytes));
        try
        {
            RequireValidTexts(json);
            var options = new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(json, options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(path, "is not valid JSON",
                "it must be UTF-8, at most 64 levels deep, without a key twice in one object", e);
        }

        throw new CheckpointException(path, "holds no JSON object", "it must be {...}");
    }

    private static byte[] ReadBytes(string path, int maxBytes)
    {
        using var handle = InputFile.Open(path) ?? throw new CheckpointException(path, "is empty", "it must be JSON");
        long length = RandomAccess.GetLength(handle);
        if (length > maxBytes)
            throw new CheckpointException(path, $"has {length} bytes", $"such a file has at most {maxBytes}");
        var bytes = new byte[length];
        if (!InputFile.TryFill(handle, bytes, 0))
            throw new CheckpointException(path, "became shorter while it was read", "it must stay as it was");
        return bytes;
    }

    private static void RequireValidTexts(byte[] json)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("The text is not UTF-8.");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            // An escape can still name half of a surrogate pair; taking the text finds it.
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }

    /// <summary>
    /// Python writes -Infinity, Infinity and NaN as bare words, which JSON does not have. They become strings here, and
    /// who asks for a number takes them from there.
    /// </summary>
    private static byte[] QuoteBareNumbers(byte[] json)
    {
        using var quoted = new MemoryStream(json.Length + 16);
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            ReadOnlySpan<byte> rest = json.AsSpan(i);
            int bare = inString ? 0
                : rest.StartsWith("-Infinity"u8) ? 9
                : rest.StartsWith("Infinity"u8) ? 8
                : rest.StartsWith("NaN"u8) ? 3
                : 0;
            if (bare > 0)
            {
                quoted.WriteByte((byte)'"');
                quoted.Write(rest[..bare]);
                quoted.WriteByte((byte)'"');
                i += bare - 1;
                continue;
            }

            quoted.WriteByte(json[i]);
            if (inString && json[i] == '\\' && i + 1 < json.Length)
                quoted.WriteByte(json[++i]);
            else if (json[i] == '"')
                inString = !inString;
        }

        return quoted.ToArray();
    }
}
