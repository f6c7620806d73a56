using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>
/// The JSON configuration of a model's part (<c>config.json</c>, <c>scheduler_config.json</c>). Every value is asked for
/// with its range (and, for lists, the most entries that make sense); what is out of range or of another type is refused
/// by file and key. A missing key and a null mean the fallback that the caller gives; without one the key is required.
/// Keys that nobody asks for are ignored.
/// </summary>
public sealed class ModelConfig
{
    private const int MaxBytes = 4 << 20;

    private readonly string _file;
    private readonly string _prefix;
    private readonly JsonElement _object;

    private ModelConfig(string file, string prefix, JsonElement element)
    {
        _file = file;
        _prefix = prefix;
        _object = element;
    }

    /// <summary>Path of the file.</summary>
    public string File => _file;

    /// <summary>The keys of this object in the order of the file.</summary>
    public IEnumerable<string> Keys => _object.EnumerateObject().Select(member => member.Name);

    /// <summary>Reads a file of at most 4 MiB and 64 levels. Bare NaN, Infinity and -Infinity are accepted.</summary>
    /// <exception cref="CheckpointException">The file is no such JSON object.</exception>
    public static ModelConfig Read(string path) => new(path, "", JsonFile.ReadObject(path, MaxBytes));

    /// <summary>A configuration that is already in memory.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="CheckpointException">It is no object.</exception>
    public static ModelConfig Of(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object
        ? new ModelConfig(name, "", json) : throw new CheckpointException(name, "holds no JSON object", "it must be {...}");

    /// <summary>The same configuration with some of its values replaced.</summary>
    /// <param name="json">A JSON object.</param>
    internal ModelConfig With(string json)
    {
        JsonObject merged = JsonNode.Parse(_object.GetRawText())!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(json)!.AsObject()) merged[key] = value?.DeepClone();
        using var document = JsonDocument.Parse(merged.ToJsonString());
        return new ModelConfig(_file, _prefix, document.RootElement.Clone());
    }

    /// <summary>Whether every value of an object stands here as well.</summary>
    /// <param name="json">A JSON object.</param>
    internal bool Agrees(string json)
        => JsonNode.Parse(json)!.AsObject().All(member
            => Find(member.Key) is { } value && JsonNode.DeepEquals(JsonNode.Parse(value.GetRawText()), member.Value));

    /// <summary>Whether the key is there and is not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the key is there and is null, which in some configurations means another thing than a missing key.</summary>
    public bool IsNull(string key) =>
        _object.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>An integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public int ReadInt32(string key, int min, int max, int? fallback = null) =>
        Find(key) is { } value ? Integer(key, value, min, max) : fallback ?? throw Missing(key);

    /// <summary>Integers, each in the range; a lone integer counts as a list of one.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public int[] ReadInt32s(string key, int min, int max, int maxCount, int[]? fallback = null) =>
        Find(key) is { } value
            ? [.. List(key, value, maxCount).Select(item => Integer(key, item, min, max))]
            : fallback ?? throw Missing(key);

    /// <summary>
    /// A number from <paramref name="min"/> to <paramref name="max"/>. It is finite unless the range says otherwise, and
    /// never NaN.
    /// </summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public double ReadDouble(string key, double min, double max, double? fallback = null) =>
        Find(key) is { } value ? Number(key, value, min, max) : fallback ?? throw Missing(key);

    /// <summary>Numbers, each in the range; a lone number counts as a list of one.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public double[] ReadDoubles(string key, double min, double max, int maxCount, double[]? fallback = null) =>
        Find(key) is { } value
            ? [.. List(key, value, maxCount).Select(item => Number(key, item, min, max))]
            : fallback ?? throw Missing(key);

    /// <summary>A truth value.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public bool ReadBoolean(string key, bool? fallback = null)
    {
        if (Find(key) is not { } value)
            return fallback ?? throw Missing(key);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(key, value, "it must be true or false");
    }

    /// <summary>A text, at most 1024 characters.</summary>
    /// <exception cref="CheckpointException">
    /// The value has another type or is out of range, or the key is required and missing.
    /// </exception>
    public string ReadText(string key, string? fallback = null) =>
        Find(key) is { } value ? Text(key, value) : fallback ?? throw Missing(key);

    /// <summary>Texts, at most 1024 characters each; a lone text counts as a list of one.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public string[] ReadTexts(string key, int maxCount, string[]? fallback = null) =>
        Find(key) is { } value
            ? [.. List(key, value, maxCount).Select(item => Text(key, item))]
            : fallback ?? throw Missing(key);

    /// <summary>One of the texts of a table, as what it stands for.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public T ReadChoice<T>(string key, IReadOnlyDictionary<string, T> choices, T fallback) =>
        Find(key) is { } value ? Choice(key, value, choices) : fallback;

    /// <summary>Texts of a table, as what they stand for; a lone text counts as a list of one.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public IReadOnlyList<T> ReadChoices<T>(
        string key, int maxCount, IReadOnlyDictionary<string, T> choices, IReadOnlyList<T> fallback) =>
        Find(key) is { } value
            ? [.. List(key, value, maxCount).Select(item => Choice(key, item, choices))]
            : fallback;

    /// <summary>The object under a key; null if there is none.</summary>
    /// <exception cref="CheckpointException">The value is there and is no object.</exception>
    public ModelConfig? ReadObject(string key)
    {
        if (Find(key) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new ModelConfig(_file, $"{_prefix}{key}.", value)
            : throw Wrong(key, value, "it must be an object");
    }

    /// <summary>The objects of a list; none if there is no such key.</summary>
    /// <inheritdoc cref="ReadText" path="/exception"/>
    public IReadOnlyList<ModelConfig> ReadObjects(string key, int maxCount) =>
        Find(key) is not { } value ? []
            : [.. List(key, value, maxCount).Select((item, i) => item.ValueKind == JsonValueKind.Object
                ? new ModelConfig(_file, $"{_prefix}{key}[{i}].", item) : throw Wrong(key, value, "it must be a list of objects"))];

    /// <summary>A value that is in its range and still wrong, beside another one or beside another file.</summary>
    internal CheckpointException Wrong(string key, string problem, string expected) =>
        CheckpointException.OfKey(_file, _prefix + key, problem, expected);

    internal JsonElement? Find(string key) =>
        _object.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private IEnumerable<JsonElement> List(string key, JsonElement value, int maxCount)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return [value];
        int count = value.GetArrayLength();
        return count <= maxCount
            ? value.EnumerateArray()
            : throw Wrong(key, $"has {count} entries", $"at most {maxCount} make sense");
    }

    private int Integer(string key, JsonElement value, int min, int max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Wrong(key, value, $"it must be an integer from {min} to {max}");

    private double Number(string key, JsonElement value, double min, double max)
    {
        double number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out double written) => written,
            JsonValueKind.String when value.ValueEquals("Infinity") => double.PositiveInfinity,
            JsonValueKind.String when value.ValueEquals("-Infinity") => double.NegativeInfinity,
            _ => double.NaN,
        };
        return number >= min && number <= max ? number : throw Wrong(key, value,
            string.Create(CultureInfo.InvariantCulture, $"it must be a number from {min} to {max}"));
    }

    private string Text(string key, JsonElement value)
    {
        const int Longest = 1024;
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= Longest } text
            ? text
            : throw Wrong(key, value, "it must be a text of at most 1024 characters");
    }

    private T Choice<T>(string key, JsonElement value, IReadOnlyDictionary<string, T> choices) =>
        choices.TryGetValue(Text(key, value), out T? choice)
            ? choice
            : throw Wrong(key, value, $"known are {string.Join(", ", choices.Keys)}");

    private CheckpointException Wrong(string key, JsonElement value, string expected) =>
        Wrong(key, $"is {Printable.Escape(value.GetRawText())}", expected);

    private CheckpointException Missing(string key) => Wrong(key, "is missing", "the model cannot be built without it");
}
