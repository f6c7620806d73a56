namespace Rubato.Goldens;

/// <summary>Runs every case of a set, one after the other.</summary>
internal static class Runner
{
    private static readonly Dictionary<string, int> LeftOutNothing = new(StringComparer.Ordinal);

    /// <summary>Runs the set in a folder.</summary>
    /// <param name="root">The set; case folders lie in it at any depth.</param>
    /// <param name="families">What runs the cases, by their <c>family</c>.</param>
    /// <param name="progress">Told of every unit as it ends.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static Summary Run(
        string root, IReadOnlyDictionary<string, IFamily> families, Action<Outcome>? progress = null)
    {
        var outcomes = new List<Outcome>();
        foreach ((string name, string folder) in Finder.Find(root))
        {
            foreach (Outcome outcome in RunCase(name, folder, families))
            {
                outcomes.Add(outcome);
                progress?.Invoke(outcome);
            }
        }

        return new Summary(outcomes);
    }

    private static List<Outcome> RunCase(string name, string folder, IReadOnlyDictionary<string, IFamily> families)
    {
        try
        {
            using GoldenCase golden = GoldenCase.Open(name, folder);
            IFamily family = families.TryGetValue(golden.Family, out IFamily? known) ? known
                : throw new InvalidDataException($"there is no family \"{golden.Family}\"");
            return [.. family.Units(golden).Select(RunUnit)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [Failure(name, e)];   // the description itself is at fault
        }
    }

    private static Outcome RunUnit(Unit unit)
    {
        var comparison = new Comparison();
        try
        {
            unit.Run(comparison);
            IReadOnlyList<string> failures = comparison.Failures(unit.Outputs);
            Verdict verdict = failures.Count == 0 ? Verdict.Passed : Verdict.Failed;
            return new Outcome(unit.Name, verdict, failures, comparison.LeftOut);
        }
        catch (NotSupportedException e) when (IsOurs(e))
        {
            return new Outcome(unit.Name, Verdict.Skipped, [e.Message], LeftOutNothing);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Failure(unit.Name, e);
        }
    }

    /// <summary>
    /// Rubato says by this exception what it does not have. The runtime means something else by it, and what the
    /// processor does not have is no reason to skip a case.
    /// </summary>
    private static bool IsOurs(NotSupportedException e)
        => e is not PlatformNotSupportedException
            && e.Source?.StartsWith(nameof(Rubato), StringComparison.Ordinal) == true;

    private static Outcome Failure(string name, Exception e)
    {
        Exception cause = e.GetBaseException();   // what a failed type initialiser wraps
        return new Outcome(name, Verdict.Failed, [$"{cause.GetType().Name}: {cause.Message}"], LeftOutNothing);
    }
}
