using Rubato.Checkpoints;

namespace Rubato.Pipelines.Schedulers;

/// <summary>
/// A scheduler's configuration as it is being read: remembers what was asked for, and says by name what is not built.
/// </summary>
internal sealed class SchedulerConfig(ModelConfig config, string className)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string ClassName => className;

    /// <summary>
    /// Keys of the file that nobody asked for; those that begin with an underscore are diffusers' own notes.
    /// </summary>
    public IReadOnlyList<string> UnknownKeys
        => [.. config.Keys.Where(key => !_asked.Contains(key) && !key.StartsWith('_'))];

    public bool Flag(string key, bool fallback) => Asked(key).ReadBoolean(key, fallback);

    public int Integer(string key, int min, int max, int fallback) => Asked(key).ReadInt32(key, min, max, fallback);

    public double Number(string key, double min, double max, double fallback)
        => Asked(key).ReadDouble(key, min, max, fallback);

    /// <summary>A number that may be missing or null.</summary>
    public double? NumberOrNull(string key, double min, double max)
        => Asked(key).Has(key) ? config.ReadDouble(key, min, max) : null;

    /// <summary>Numbers that may be missing or null.</summary>
    public double[]? NumbersOrNull(string key, double min, double max, int maxCount)
        => Asked(key).Has(key) ? config.ReadDoubles(key, min, max, maxCount) : null;

    /// <summary>One of several words, each with what it means.</summary>
    /// <exception cref="NotSupportedException">It is another word.</exception>
    public T Choice<T>(string key, string? fallback, IReadOnlyDictionary<string, T> choices)
    {
        string value = Asked(key).ReadText(key, fallback ?? "");
        return choices.TryGetValue(value, out T? choice) ? choice : throw NotBuilt($"{key} \"{value}\"");
    }

    /// <summary>Refuses every word but one.</summary>
    /// <exception cref="NotSupportedException">It is another word.</exception>
    public void Only(string key, string word)
        => Choice(key, word, new Dictionary<string, string>(StringComparer.Ordinal) { [word] = word });

    /// <summary>Refuses options that have a value and are not built.</summary>
    /// <exception cref="NotSupportedException">One of them has.</exception>
    public void Unbuilt(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            if (Asked(key).Has(key)) throw NotBuilt(key);
    }

    /// <summary>Keys that the class knows, but that change nothing that is built here.</summary>
    public void WithoutEffect(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys) _asked.Add(key);
    }

    /// <summary>What to throw where the scheduler asks for something that there is not.</summary>
    public NotSupportedException NotBuilt(string what) => new($"{className}: {what} is not built yet");

    private ModelConfig Asked(string key)
    {
        _asked.Add(key);
        return config;
    }
}
