namespace Rubato.Goldens;

/// <summary>What a set came to, and how that reads.</summary>
internal sealed class Summary(IReadOnlyList<Outcome> outcomes)
{
    public IReadOnlyList<Outcome> Outcomes => outcomes;

    public int Passed => Count(Verdict.Passed);

    public int Failed => Count(Verdict.Failed);

    public int Skipped => Count(Verdict.Skipped);

    /// <summary>Failures in full, then what was skipped and why, and the totals as the last line.</summary>
    public IEnumerable<string> Lines() =>
    [
        .. outcomes.Where(outcome => outcome.Verdict == Verdict.Failed).SelectMany(Failure),
        .. outcomes.Where(outcome => outcome.Verdict == Verdict.Skipped)
            .CountBy(outcome => outcome.Detail[0], StringComparer.Ordinal)
            .OrderBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"skipped {reason.Value,4}  {reason.Key}"),
        .. outcomes.SelectMany(outcome => outcome.LeftOut)
            .GroupBy(left => left.Key, StringComparer.Ordinal)
            .OrderBy(left => left.Key, StringComparer.Ordinal)
            .Select(left => $"{left.Key}: not compared ({left.Sum(entry => entry.Value)} outputs)"),
        $"{Passed} passed, {Failed} failed, {Skipped} skipped",
    ];

    private static IEnumerable<string> Failure(Outcome outcome)
        => [$"FAILED {outcome.Name}", .. outcome.Detail.Select(line => $"    {line}")];

    private int Count(Verdict verdict) => outcomes.Count(outcome => outcome.Verdict == verdict);
}
