namespace Rubato.Training;

/// <summary>Optimisers by the words that checkpoints and the command line have for them.</summary>
public static class OptimiserNames
{
    /// <summary>Every optimiser.</summary>
    public static readonly IReadOnlyDictionary<string, TrainingOptimiser> ByName =
        new Dictionary<string, TrainingOptimiser>(StringComparer.OrdinalIgnoreCase)
        {
            ["adamw"] = TrainingOptimiser.AdamW,
            ["muon"] = TrainingOptimiser.Muon,
        };

    /// <summary>The word for an optimiser.</summary>
    public static string Of(TrainingOptimiser optimiser) => ByName.First(pair => pair.Value == optimiser).Key;
}
