using Rubato.Sampling;

namespace Rubato.Pipelines;

/// <summary>What networks are told of levels, by the words that files and the command line have for it.</summary>
internal static class LevelInputNames
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyDictionary<string, LevelInput> ByName = new Dictionary<string, LevelInput>(StringComparer.Ordinal)
    {
        ["level"] = LevelInput.Level,
        ["index"] = LevelInput.Index,
        ["fraction"] = LevelInput.Fraction,
        ["fraction+horizon"] = LevelInput.FractionAndHorizon,
    };

    /// <summary>The word for one.</summary>
    public static string Of(LevelInput input) => ByName.First(pair => pair.Value == input).Key;
}
