using System.Text.Json;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Goldens;

/// <summary>
/// An entry of a case of family <c>ops</c>: one operation, its arguments, its results. It notes which options are
/// asked for: one that the operation does not ask for does not exist in Rubato.
/// </summary>
internal sealed class OpCase(GoldenCase golden, JsonElement entry)
{
    /// <summary>What the names of gradients among the outputs begin with.</summary>
    public const string Gradient = "grad.";

    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly JsonElement _inputs = entry.GetProperty("inputs");
    private readonly JsonElement _options = entry.GetProperty("args");

    public string Operation { get; } = entry.GetProperty("op").GetString()!;

    /// <summary>A tensor argument as it is stored; null where the call has none of that name.</summary>
    public GoldenTensor? Stored(string argument)
        => _inputs.TryGetProperty(argument, out JsonElement name) ? golden[name.GetString()!] : null;

    /// <summary>The arguments whose gradients the case has, as far as they were asked for.</summary>
    public IReadOnlyCollection<Parameter> Gradients => _parameters.Values;

    /// <summary>
    /// A tensor argument as float32, the value of a parameter where the case has its gradient; null where the call has
    /// none of that name.
    /// </summary>
    public Tensor? Find(string argument)
    {
        if (_parameters.TryGetValue(argument, out Parameter? known)) return known.Value;
        Tensor? value = Stored(argument)?.ToTensor();
        if (value is null || !entry.GetProperty("outputs").TryGetProperty(Gradient + argument, out _)) return value;
        _parameters.Add(argument, new Parameter(argument, value));
        return _parameters[argument].Value;
    }

    /// <summary>A tensor argument as float32.</summary>
    public Tensor Input(string argument)
        => Find(argument) ?? throw new InvalidDataException($"{Operation} has no argument \"{argument}\"");

    public bool Has(string option) => Option(option) is not null;

    public double Number(string option, double fallback) => Option(option)?.GetDouble() ?? fallback;

    public double Number(string option) => Option(option)?.GetDouble() ?? throw Missing(option);

    public int Integer(string option, int fallback) => Option(option)?.GetInt32() ?? fallback;

    public int Integer(string option) => Option(option)?.GetInt32() ?? throw Missing(option);

    public bool Flag(string option) => Option(option)?.GetBoolean() ?? false;

    /// <summary>Two integers, vertical and horizontal.</summary>
    public (int Y, int X) Pair(string option, int fallback)
        => Option(option) is { } pair ? (pair[0].GetInt32(), pair[1].GetInt32()) : (fallback, fallback);

    /// <summary>Integers in the order of the case.</summary>
    public int[] Integers(string option)
        => [.. (Option(option) ?? throw Missing(option)).EnumerateArray().Select(value => value.GetInt32())];

    /// <summary>Numbers in the order of the case.</summary>
    public double[] Numbers(string option)
        => [.. (Option(option) ?? throw Missing(option)).EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>What Rubato calls the value of an option.</summary>
    /// <exception cref="NotBuiltException">It is none of these.</exception>
    public T Choice<T>(string option, IReadOnlyDictionary<string, T> known)
    {
        string name = (Option(option) ?? throw Missing(option)).GetString()!;
        return known.TryGetValue(name, out T? value) ? value : throw NotBuilt($"{option} {name}");
    }

    /// <summary>Says that Rubato has one value of an option alone.</summary>
    /// <param name="option">Its name.</param>
    /// <param name="json">The value as the case would write it.</param>
    /// <exception cref="NotBuiltException">The case wants another.</exception>
    public void Only(string option, string json)
    {
        using JsonDocument known = JsonDocument.Parse(json);
        if (Option(option) is { } value && !JsonElement.DeepEquals(value, known.RootElement))
            throw NotBuilt($"{option} {value.GetRawText().Trim('"')}");
    }

    /// <summary>Says that all options have been asked for.</summary>
    /// <exception cref="NotBuiltException">The case has one more.</exception>
    public void EndOptions()
    {
        foreach (JsonProperty option in _options.EnumerateObject())
            if (!_known.Contains(option.Name)) throw NotBuilt(option.Name);
    }

    private JsonElement? Option(string name)
    {
        _known.Add(name);
        return _options.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    private NotBuiltException NotBuilt(string option) => new($"family ops: operation {Operation}: option {option}");

    private InvalidDataException Missing(string option) => new($"{Operation} has no option \"{option}\"");
}
