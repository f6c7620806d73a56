using System.Globalization;

namespace Rubato.Training;

/// <summary>Names in the files that training writes.</summary>
internal static class CheckpointKeys
{
    // Metadata.
    public const string Format = "rubato_training", Unet = "unet", Pictures = "pictures", Data = "data";
    public const string Steps = "steps", WarmFrom = "warm_from", Seconds = "seconds", LevelInput = "level_input";

    // Tensors: these, a slash, and the parameter's name.
    public const string Weights = "weights", Means = "means", Squares = "squares", Average = "average";
    public const string History = "history";

    /// <summary>The version that <see cref="Format"/> names.</summary>
    public const string Version = "1";

    /// <summary>A number that reads back as the same number.</summary>
    public static string Text<T>(T value)
        where T : IFormattable
        => value.ToString(null, CultureInfo.InvariantCulture);
}
