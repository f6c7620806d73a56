using Rubato.Files;
using Rubato.Guidance;
using Rubato.Policies;
using Rubato.Sampling;

namespace Rubato.Pipelines;

/// <summary>Policies and guidance rules by the names that a person gives.</summary>
public static class Adaptations
{
    /// <summary>The name that switches all off.</summary>
    public const string None = "none";

    /// <summary>All of them; the command's help, the documentation and the tests enumerate this list.</summary>
    public static IReadOnlyDictionary<string, Func<Settings, IAdaptation>> ByName { get; } =
        new Dictionary<string, Func<Settings, IAdaptation>>(StringComparer.OrdinalIgnoreCase)
        {
            ["adaptive-diffusion"] = AdaptiveDiffusion.Parse,
            ["fixed-reuse"] = FixedReuse.Parse,
            ["adaptive-guidance"] = AdaptiveGuidance.Parse,
            ["interval"] = LimitedInterval.Parse,
            ["rescale"] = GuidanceRescale.Parse,
        };

    /// <summary>Reads <c>name:key=value,...</c>.</summary>
    /// <exception cref="FormatException">The name or a setting is not known, or a value is out of range.</exception>
    public static IAdaptation Parse(string text)
    {
        var settings = Settings.Parse(text);
        if (!ByName.TryGetValue(settings.Name, out Func<Settings, IAdaptation>? parse))
        {
            throw new FormatException(
                $"{Printable.Escape(settings.Name)} is no policy; there are {string.Join(", ", ByName.Keys)} and {None}.");
        }

        IAdaptation adaptation = parse(settings);
        settings.Verify();
        return adaptation;
    }

    /// <summary>Reads a list; <c>none</c> stands alone and means an empty one.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static IReadOnlyList<IAdaptation> ParseAll(IReadOnlyCollection<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (!texts.Contains(None, StringComparer.OrdinalIgnoreCase)) return [.. texts.Select(Parse)];
        return texts.Count == 1 ? [] : throw new FormatException($"{None} switches all policies off; it stands alone.");
    }
}
