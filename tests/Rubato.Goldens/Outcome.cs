namespace Rubato.Goldens;

internal enum Verdict
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>How a unit ended.</summary>
/// <param name="Name">The unit's name.</param>
/// <param name="Verdict">Whether it held.</param>
/// <param name="Detail">What failed and where, one line each; or why it was skipped.</param>
/// <param name="LeftOut">Outputs that were not compared, counted by what they are.</param>
internal sealed record Outcome(
    string Name, Verdict Verdict, IReadOnlyList<string> Detail, IReadOnlyDictionary<string, int> LeftOut);
