using System.Text.RegularExpressions;
using Rubato.Files;

namespace Rubato.Training.Prompts;

/// <summary>A part of a wording: words as they stand, or the place of a noun.</summary>
/// <param name="Words">The words; empty for a place.</param>
/// <param name="Noun">Which noun belongs here, from 1; 0 for words.</param>
/// <param name="HasArticle">Whether it comes with "a" or "an".</param>
/// <param name="IsPlural">Whether it stands in the plural.</param>
internal readonly record struct WordingPart(string Words, int Noun = 0, bool HasArticle = false, bool IsPlural = false);

/// <summary>A prompt with places for nouns.</summary>
/// <param name="Parts">In their order.</param>
/// <param name="Adjectives">Whether nouns may have adjectives here: captions have their own.</param>
internal sealed record Wording(IReadOnlyList<WordingPart> Parts, bool Adjectives)
{
    private const int MostNouns = 3;

    private static readonly Regex Place = new(
        @"\{(?<form>[ans])(?<number>2?)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
    private static readonly Regex Article = new(@"\ban?\s+\z", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    /// <summary>How many nouns it takes.</summary>
    public int Nouns { get; } = Parts.Max(part => part.Noun);

    /// <summary>Reads a template: {a} takes a noun with its article, {n} one without, {s} a plural; {a2} a second noun.</summary>
    /// <exception cref="TrainingDataException">It has other places.</exception>
    public static Wording Parse(string template, string path)
    {
        var parts = new List<WordingPart>();
        int at = 0;
        foreach (Match place in Place.Matches(template))
        {
            parts.Add(new WordingPart(template[at..place.Index]));
            parts.Add(new WordingPart("", place.Groups["number"].Value is "2" ? 2 : 1,
                HasArticle: place.Groups["form"].Value == "a", IsPlural: place.Groups["form"].Value == "s"));
            at = place.Index + place.Length;
        }

        parts.Add(new WordingPart(template[at..]));
        return parts.Any(part => part.Words.AsSpan().ContainsAny('{', '}'))
            ? throw new TrainingDataException(path, $"has the template \"{Printable.Escape(template)}\"",
                "places are {a}, {n}, {s}, {a2}, {n2} and {s2}")
            : new Wording(parts, Adjectives: true);
    }

    /// <summary>A caption, with a place where each class was named; null where it cannot be told what it shows.</summary>
    public static Wording? OfCaption(string text, IReadOnlyList<Mention> mentions)
    {
        if (mentions.Count > MostNouns || mentions.Any(mention => mention.Class is null)) return null;
        var parts = new List<WordingPart>();
        int at = 0;
        foreach ((int index, Mention mention) in mentions.Index())
        {
            Match article = Article.Match(text[at..mention.Begin]);
            parts.Add(new WordingPart(article.Success ? text.Substring(at, article.Index) : text[at..mention.Begin]));
            parts.Add(new WordingPart("", index + 1, article.Success, mention.IsPlural));
            at = mention.Begin + mention.Length;
        }

        parts.Add(new WordingPart(text[at..]));
        return new Wording(parts, Adjectives: false);
    }
}
