using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>Options as the texts of a checkpoint, and back.</summary>
internal static class OptionTexts
{
    private static readonly IReadOnlyDictionary<string, TrainingLevels> LevelWords =
        new Dictionary<string, TrainingLevels>(StringComparer.Ordinal)
        {
            ["table"] = TrainingLevels.Table,
            ["horizons"] = TrainingLevels.Horizons,
        };

    public static Dictionary<string, string> Write(TrainingOptions options)
    {
        Dictionary<string, string> texts = Always(options);
        if (options.AdaptedFrom is { } seen) texts.Add("adapted_from", CheckpointKeys.Text(seen));
        return texts;
    }

    private static Dictionary<string, string> Always(TrainingOptions options) => new(StringComparer.Ordinal)
    {
        ["seed"] = CheckpointKeys.Text(options.Seed),
        ["optimiser"] = OptimiserNames.Of(options.Optimiser),
        ["precision"] = PrecisionNames.Of(options.Precision),
        ["batch"] = CheckpointKeys.Text(options.Batch),
        ["micro_batch"] = CheckpointKeys.Text(options.MicroBatch),
        ["rate"] = CheckpointKeys.Text(options.Rate),
        ["warm_up"] = CheckpointKeys.Text(options.WarmUp),
        ["decay"] = CheckpointKeys.Text(options.Decay),
        ["pictures_planned"] = CheckpointKeys.Text(options.Pictures),
        ["clip_norm"] = CheckpointKeys.Text(options.ClipNorm),
        ["weight_decay"] = CheckpointKeys.Text(options.WeightDecay),
        ["beta2"] = CheckpointKeys.Text(options.Beta2),
        ["condition_dropout"] = CheckpointKeys.Text(options.ConditionDropout),
        ["levels"] = LevelWords.First(word => word.Value == options.Levels).Key,
        [CheckpointKeys.LevelInput] = LevelInputNames.Of(options.LevelInput),
        ["flip"] = options.Flip ? "1" : "0",
        ["average_half_life"] = CheckpointKeys.Text(options.AverageHalfLife),
        ["weight_limit"] = CheckpointKeys.Text(options.WeightLimit),
    };

    public static TrainingOptions Read(CheckpointState state) => state.Checked(() => new TrainingOptions
    {
        Seed = state.Number<long>("seed"),
        Optimiser = state.Choice("optimiser", OptimiserNames.ByName, TrainingOptimiser.AdamW),
        Precision = state.Choice("precision", PrecisionNames.ByName, Precision.Float32),
        Batch = state.Number<int>("batch"),
        MicroBatch = state.Number<int>("micro_batch"),
        Rate = state.Number<double>("rate"),
        WarmUp = state.Number<long>("warm_up"),
        Decay = state.Number<long>("decay"),
        Pictures = state.Number<long>("pictures_planned"),
        ClipNorm = state.Number<double>("clip_norm"),
        WeightDecay = state.Number<double>("weight_decay"),
        Beta2 = state.Number<double>("beta2"),
        ConditionDropout = state.Number<double>("condition_dropout"),
        Levels = state.Choice("levels", LevelWords, TrainingLevels.Table),
        LevelInput = state.LevelInput(),
        AdaptedFrom = state.Has("adapted_from") ? state.Number<long>("adapted_from") : null,
        Flip = state.Number<int>("flip") != 0,
        AverageHalfLife = state.Number<double>("average_half_life"),
        WeightLimit = state.Number<double>("weight_limit"),
    });
}
