using Rubato.Checkpoints;
using Rubato.Evaluation;

namespace Rubato.Benchmarks;

/// <summary>What judges the pictures of a study.</summary>
/// <param name="Digest">Of its files: in the keys of what it says.</param>
/// <param name="Classifier">Looks at pictures; null to count alone.</param>
/// <param name="Real">Statistics of real ones; null to count alone.</param>
internal sealed record Jury(string Digest, PictureClassifier? Classifier = null, CifarReference? Real = null)
{
    private const int HashDigits = 8;

    private static readonly string[] Files = [PictureClassifier.FileName, CifarReference.FileName];

    /// <summary>The one of a folder, known by its files alone; null, where no picture is judged, for none.</summary>
    public static Jury Named(string? folder)
        => new(folder is null ? "" : string.Concat(Files.Select(file => Checkpoint.HashOf(Path.Combine(folder, file))[..HashDigits])));

    /// <summary>The same, loaded.</summary>
    public static Jury Load(string? folder)
        => folder is null ? Named(null) : Named(folder) with { Classifier = PictureClassifier.Load(folder), Real = CifarReference.Load(folder) };
}
