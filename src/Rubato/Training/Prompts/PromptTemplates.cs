namespace Rubato.Training.Prompts;

/// <summary>Wordings that we thought up.</summary>
/// <param name="Templates">With places for nouns.</param>
/// <param name="Adjectives">What may stand before a noun.</param>
/// <param name="None">Prompts that ask for no class.</param>
internal sealed record PromptTemplates(IReadOnlyList<Wording> Templates, IReadOnlyList<string> Adjectives, IReadOnlyList<Wording> None)
{
    private static readonly string[] Sections = ["templates", "adjectives", "none"];

    /// <summary>Reads a file with the sections templates, adjectives (with commas between them) and none.</summary>
    /// <exception cref="TrainingDataException">It has others, or one is empty.</exception>
    public static PromptTemplates Read(string path)
    {
        List<(string Name, List<string> Lines)> sections = PromptFile.Sections(path);
        if (!sections.Select(section => section.Name).SequenceEqual(Sections, StringComparer.Ordinal)
            || sections.Any(section => section.Lines.Count == 0))
        {
            throw new TrainingDataException(path, "has other sections, or an empty one",
                $"there must be {string.Join(", ", Sections.Select(name => $"[{name}]"))} in this order");
        }

        return new PromptTemplates(
            [.. sections[0].Lines.Select(line => Wording.Parse(line, path))],
            [.. sections[1].Lines.SelectMany(PromptFile.Entries)],
            [.. sections[2].Lines.Select(line => Wording.Parse(line, path))]);
    }
}
