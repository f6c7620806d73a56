namespace Rubato.Training.Prompts;

/// <summary>A noun, of one word or several.</summary>
/// <param name="Singular">One.</param>
/// <param name="Plural">Many.</param>
internal readonly record struct Noun(string Singular, string Plural)
{
    private const string Vowels = "aeiou";

    /// <summary>Reads <c>horse</c>, or <c>mouse|mice</c> where the rule does not give the plural.</summary>
    public static Noun Parse(string text)
        => text.Split('|') is [string singular, string plural] ? new Noun(singular, plural) : new Noun(text, PluralOf(text));

    /// <summary>The article before some words; "a" where there are none.</summary>
    public static string ArticleOf(string words) => words.Length > 0 && Vowels.Contains(words[0], StringComparison.Ordinal) ? "an" : "a";

    private static string PluralOf(string noun) => noun switch
    {
        [.., 's' or 'x' or 'z'] or [.., 'c' or 's', 'h'] => noun + "es",
        [.., char before, 'y'] when !Vowels.Contains(before, StringComparison.Ordinal) => noun[..^1] + "ies",
        _ => noun + "s",
    };
}
