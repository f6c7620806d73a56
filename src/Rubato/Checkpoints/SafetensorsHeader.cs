using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>
/// Reads the JSON header of a safetensors file. Nothing is believed: types, ranges, products and the layout of the data
/// are checked here, so that a <see cref="StoredTensor"/> can be read without further thought.
/// </summary>
internal ref struct SafetensorsHeader
{
    private readonly SafetensorsFile _file;
    private readonly List<StoredTensor> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private JsonTokens _json;
    private int _namesBytes;

    private SafetensorsHeader(SafetensorsFile file, JsonTokens json)
    {
        _file = file;
        _json = json;
    }

    /// <summary>The tensors by their place in the file, and the metadata.</summary>
    /// <param name="file">The file to which the tensors will belong.</param>
    /// <param name="json">The header's tokens, none of them read.</param>
    /// <param name="dataBytes">Length of the file after the header.</param>
    public static (List<StoredTensor> Tensors, Dictionary<string, string> Metadata) Read(
        SafetensorsFile file, JsonTokens json, long dataBytes)
    {
        var header = new SafetensorsHeader(file, json);
        Dictionary<string, string> metadata = header.ReadMembers();
        List<StoredTensor> tensors = header._tensors;
        tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        RequireLayout(file.Path, tensors, dataBytes);
        return (tensors, metadata);
    }

    private Dictionary<string, string> ReadMembers()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!_json.Read(JsonTokenType.StartObject))
            throw Refuse("has a header that is not a JSON object", "it must be {...}");
        while (_json.Read(JsonTokenType.PropertyName))
        {
            string name = _json.Text();
            if (!_names.Add(name))
                throw RefuseTensor(name, "is listed twice", "names must differ");
            if (name == SafetensorsLimits.MetadataKey)
                ReadMetadata(metadata);
            else
                _tensors.Add(ReadTensor(name));
        }

        // Blanks may follow the object; the reader itself refuses anything else.
        _json.Read();
        return metadata;
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        const string Strings = "it must be an object whose values are strings";
        if (!_json.Read(JsonTokenType.StartObject))
            throw Refuse("has metadata that is not an object", Strings);
        long bytes = 0;
        while (_json.Read(JsonTokenType.PropertyName))
        {
            string key = _json.Text();
            if (!_json.Read(JsonTokenType.String))
                throw Refuse($"has metadata \"{Printable.Escape(key)}\" that is not a string", Strings);
            string value = _json.Text();
            if (!metadata.TryAdd(key, value))
                throw Refuse($"has metadata \"{Printable.Escape(key)}\" twice", "keys must differ");
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
            if (bytes > SafetensorsLimits.MetadataBytes || metadata.Count > SafetensorsLimits.MetadataEntries)
                throw Refuse("has too much metadata", "at most 10000 entries and 1 MiB are read");
        }
    }

    private StoredTensor ReadTensor(string name)
    {
        int nameBytes = Encoding.UTF8.GetByteCount(name);
        if (nameBytes > SafetensorsLimits.NameBytes)
            throw RefuseTensor(name, $"has a name of {nameBytes} bytes", "names have at most 1024 bytes");
        _namesBytes += nameBytes;
        if (_tensors.Count == SafetensorsLimits.Tensors || _namesBytes > SafetensorsLimits.AllNamesBytes)
            throw Refuse("lists too many tensors", "at most 200000 with 16 MiB of names are read");

        SafetensorsDType? type = null;
        ImmutableArray<long> shape = default;
        Span<long> numbers = stackalloc long[SafetensorsLimits.Rank];
        (long Begin, long End)? offsets = null;
        if (!_json.Read(JsonTokenType.StartObject))
            throw RefuseTensor(name, "is not described by an object", Members);
        while (_json.Read(JsonTokenType.PropertyName))
        {
            if (_json.Is("dtype"u8) && type is null)
                type = ReadType(name);
            else if (_json.Is("shape"u8) && shape.IsDefault)
                shape = [.. numbers[..ReadIntegers(name, "shape", numbers)]];
            else if (_json.Is("data_offsets"u8) && offsets is null)
                offsets = ReadIntegers(name, "data_offsets", numbers[..2]) == 2 ? (numbers[0], numbers[1])
                    : throw RefuseTensor(name, "lacks one of its two offsets", Members);
            else
                throw RefuseTensor(name, $"has a second or unknown member \"{Printable.Escape(_json.Text())}\"", Members);
        }

        if (type is null || shape.IsDefault || offsets is null)
            throw RefuseTensor(name, "lacks its dtype, its shape or its two offsets", Members);
        var tensor = new StoredTensor(_file, name, type.Value, shape, offsets.Value.Begin, offsets.Value.End);
        RequireSize(tensor);
        return tensor;
    }

    private const string Members = "a tensor has exactly the members dtype, shape and data_offsets [begin, end]";

    private SafetensorsDType ReadType(string name)
    {
        if (!_json.Read(JsonTokenType.String))
            throw RefuseTensor(name, "has a dtype that is not a string", Members);
        string text = _json.Text();
        return SafetensorsDTypes.ByName.TryGetValue(text, out SafetensorsDType type)
            ? type
            : throw RefuseTensor(name, $"has the unknown dtype \"{Printable.Escape(text)}\"",
                $"known are {string.Join(", ", SafetensorsDTypes.ByName.Keys)}");
    }

    /// <summary>How many integers the list has, at most as many as the span.</summary>
    private int ReadIntegers(string name, string member, scoped Span<long> numbers)
    {
        if (!_json.Read(JsonTokenType.StartArray))
            throw RefuseTensor(name, $"has a member {member} that is not a list", Members);
        int count = 0;
        while (_json.Read() && _json.Type != JsonTokenType.EndArray)
        {
            if (count == numbers.Length)
                throw RefuseTensor(name, $"has more than {count} numbers in {member}", $"at most {count} are allowed");
            if (!TryParse(out numbers[count++]))
                throw RefuseTensor(name, $"has an entry in {member} that is no plain integer",
                    "entries are integers from 0 to 9223372036854775807 without sign, fraction or exponent");
        }

        return count;
    }

    private readonly bool TryParse(out long number)
    {
        number = 0;
        return _json.Type == JsonTokenType.Number
            && !_json.Digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(_json.Digits, out number, out int used) && used == _json.Digits.Length;
    }

    private readonly void RequireSize(StoredTensor tensor)
    {
        long bits = tensor.DType.Bits();
        try
        {
            foreach (long dimension in tensor.Shape)
                bits = checked(bits * dimension);
        }
        catch (OverflowException)
        {
            throw RefuseTensor(tensor.Name, "has a shape whose size overflows 63 bits", "sizes are counted in bits");
        }

        if (bits % 8 != 0)
            throw RefuseTensor(tensor.Name, $"takes {bits} bits", "a tensor takes whole bytes");
        if (tensor.Begin > tensor.End || tensor.End - tensor.Begin != bits / 8)
            throw RefuseTensor(tensor.Name, $"has the offsets [{tensor.Begin}, {tensor.End}]",
                $"its dtype and shape take {bits / 8} bytes");
    }

    private static void RequireLayout(string path, List<StoredTensor> tensors, long dataBytes)
    {
        long expected = 0;
        foreach (StoredTensor tensor in tensors)
        {
            if (tensor.Begin != expected)
                throw CheckpointException.OfTensor(path, tensor.Name,
                    $"begins at byte {tensor.Begin} of the data", $"without hole or overlap it begins at {expected}");
            expected = tensor.End;
        }

        if (expected != dataBytes)
            throw new CheckpointException(path, $"has {dataBytes} bytes of data", $"its tensors take {expected}");
    }

    private readonly CheckpointException Refuse(string problem, string expected) => new(_file.Path, problem, expected);

    private readonly CheckpointException RefuseTensor(string name, string problem, string expected) =>
        CheckpointException.OfTensor(_file.Path, name, problem, expected);
}
