using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>Precisions by the words that records and the command line have for them.</summary>
public static class PrecisionNames
{
    /// <summary>Every precision.</summary>
    public static readonly IReadOnlyDictionary<string, Precision> ByName =
        new Dictionary<string, Precision>(StringComparer.OrdinalIgnoreCase)
        {
            ["float32"] = Precision.Float32,
            ["bf16"] = Precision.BFloat16,
        };

    /// <summary>The word for a precision.</summary>
    public static string Of(Precision precision) => ByName.First(pair => pair.Value == precision).Key;
}
