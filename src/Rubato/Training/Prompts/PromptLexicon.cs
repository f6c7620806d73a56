using System.Text.RegularExpressions;

namespace Rubato.Training.Prompts;

/// <summary>A class that a text names.</summary>
/// <param name="Begin">First character.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Class">Index of the class; null for a word whose meaning its text alone does not tell.</param>
/// <param name="IsPlural">Whether the noun stands in the plural.</param>
internal readonly record struct Mention(int Begin, int Length, int? Class, bool IsPlural);

/// <summary>The nouns of each class, of none, and those that are no evidence.</summary>
internal sealed class PromptLexicon
{
    private const string NoneName = "none", AmbiguousName = "ambiguous";
    private const int LongestNoun = 5;   // words

    private static readonly Regex Word = new(
        @"[\p{L}\p{Nd}]+(-[\p{L}\p{Nd}]+)*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private readonly Dictionary<string, (int? Class, bool IsPlural)> _classes = new(StringComparer.OrdinalIgnoreCase);

    private PromptLexicon(IReadOnlyList<IReadOnlyList<Noun>> nouns, IReadOnlyList<Noun> none, IReadOnlyList<Noun> ambiguous)
    {
        (Nouns, None) = (nouns, none);
        // What an entry further down says of a word counts.
        foreach ((int index, IReadOnlyList<Noun> list) in nouns.Index())
        {
            foreach (Noun noun in list)
                (_classes[noun.Plural], _classes[noun.Singular]) = ((index, noun.Plural != noun.Singular), (index, false));
        }

        foreach (Noun noun in ambiguous) (_classes[noun.Plural], _classes[noun.Singular]) = ((null, true), (null, false));
    }

    /// <summary>Nouns of each class, the common ones first.</summary>
    public IReadOnlyList<IReadOnlyList<Noun>> Nouns { get; }

    /// <summary>Nouns of other things.</summary>
    public IReadOnlyList<Noun> None { get; }

    /// <summary>Reads a file with a section for each class, and the sections none and ambiguous.</summary>
    /// <exception cref="TrainingDataException">A section is missing or strange, or has no noun.</exception>
    public static PromptLexicon Read(string path, IReadOnlyList<string> classes)
    {
        var sections = PromptFile.Sections(path).ToDictionary(section => section.Name, section => section.Lines
            .SelectMany(PromptFile.Entries).Select(Noun.Parse).ToList(), StringComparer.Ordinal);
        string[] expected = [.. classes, NoneName, AmbiguousName];
        if (!sections.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(expected)
            || sections.Any(section => section.Key != AmbiguousName && section.Value.Count == 0))
        {
            throw new TrainingDataException(path, "has other sections than its model needs, or an empty one",
                $"there must be {string.Join(", ", expected.Select(name => $"[{name}]"))}");
        }

        return new PromptLexicon([.. classes.Select(name => sections[name])], sections[NoneName], sections[AmbiguousName]);
    }

    /// <summary>All classes that a text names, in its order; of two nouns that begin together the longer one.</summary>
    public IReadOnlyList<Mention> MentionsIn(string text)
    {
        var found = new List<Mention>();
        MatchCollection words = Word.Matches(text);
        for (int i = 0; i < words.Count; i++)
        {
            for (int last = Math.Min(i + LongestNoun, words.Count) - 1; last >= i; last--)
            {
                int begin = words[i].Index, length = words[last].Index + words[last].Length - begin;
                if (!_classes.TryGetValue(text.Substring(begin, length), out (int? Class, bool IsPlural) noun)) continue;
                found.Add(new Mention(begin, length, noun.Class, noun.IsPlural));
                i = last;
                break;
            }
        }

        return found;
    }
}
