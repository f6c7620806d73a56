using System.Globalization;
using Rubato.Files;

namespace Rubato.Sampling;

/// <summary>The settings of something that is named on a command line: <c>name:key=value,...</c>.</summary>
public sealed class Settings
{
    private readonly string _text;
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    private Settings(string name, string text) => (Name, _text) = (name, text);

    /// <summary>What stands before the colon.</summary>
    public string Name { get; }

    /// <summary>Takes the text apart.</summary>
    /// <exception cref="FormatException">It is not of the form <c>name:key=value,...</c>.</exception>
    public static Settings Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        var settings = new Settings(parts[0].Trim(), text);
        if (parts.Length == 1) return settings;
        foreach (string pair in parts[1].Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw settings.Wrong($"\"{Printable.Escape(pair)}\" is not of the form key=value");
            if (!settings._values.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..].Trim()))
                throw settings.Wrong($"{Printable.Escape(pair[..equals])} is given twice");
        }

        return settings;
    }

    /// <summary>A number within a range.</summary>
    /// <exception cref="FormatException">It is no number, or outside.</exception>
    public double Number(string key, double fallback, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        if (Find(key) is not { } text) return fallback;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            throw Wrong($"{key} must be a number, not \"{Printable.Escape(text)}\"");
        return value >= min && value <= max ? value
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{key}={value} must lie between {min} and {max}"));
    }

    /// <summary>A number within a range; null where the key is missing.</summary>
    /// <inheritdoc cref="Number" path="/exception"/>
    public double? NumberOrNull(string key, double min, double max) => Find(key) is null ? null : Number(key, min, min, max);

    /// <summary>One of several words; the first where the key is missing.</summary>
    /// <exception cref="FormatException">It is another word.</exception>
    public T Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Find(key) is not { } text) return choices[0].Value;
        var words = new List<string>();
        foreach ((string word, T value) in choices)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
            words.Add(word);
        }

        throw Wrong($"{key} must be {string.Join(" or ", words)}, not \"{Printable.Escape(text)}\"");
    }

    /// <summary>Ends the reading: keys that nobody asked for are mistakes.</summary>
    /// <exception cref="FormatException">There are such keys.</exception>
    public void Verify()
    {
        string[] unknown = [.. _values.Keys.Where(key => !_known.Contains(key))];
        if (unknown.Length > 0)
        {
            throw Wrong($"{Printable.List(unknown)} is no setting of {Name}; "
                + (_known.Count == 0 ? "it has none" : $"there are {string.Join(", ", _known)}"));
        }
    }

    private string? Find(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }

    private FormatException Wrong(string problem) => new($"{Printable.Escape(_text)}: {problem}.");
}
