using System.Globalization;
using System.Net;
using System.Text;

namespace Rubato.Text;

/// <summary>
/// What CLIP's tokenizer does to a text before it looks for pairs: clean it, then split it into words. openai/CLIP,
/// clip/simple_tokenizer.py.
/// </summary>
internal static class ClipText
{
    /// <summary>Tokens that a text can name.</summary>
    public const string Start = "<|startoftext|>", End = "<|endoftext|>";

    private static readonly string[] Whole = [Start, End, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Blank,
        Letter,
        Digit,
        Other,
    }

    /// <summary>The text without character references (those of HTML 4), in lower case, with single blanks inside.</summary>
    public static string Clean(string text)
    {
        text = WebUtility.HtmlDecode(WebUtility.HtmlDecode(text));
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())   // a lone surrogate becomes U+FFFD
        {
            if (!IsBlank(rune)) clean.Append(rune.ToString());
            else if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
        }

        // The only letter whose lower case is two characters.
        return clean.ToString().TrimEnd(' ').Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>The words of a clean text: special tokens, contractions, runs of letters, digits, runs of anything else.</summary>
    public static IEnumerable<string> Words(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            string? whole = Array.Find(Whole, word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0);
            int length = whole?.Length ?? RunAt(text, at);
            if (length > 0) yield return text.Substring(at, length);
            at += Math.Max(length, 1);
        }
    }

    /// <summary>The length of the run that begins at a place; 0 for a blank.</summary>
    private static int RunAt(string text, int begin)
    {
        Kind kind = KindAt(text, begin, out int end);
        if (kind == Kind.Blank) return 0;
        end += begin;
        while (kind != Kind.Digit && end < text.Length && KindAt(text, end, out int more) == kind) end += more;
        return end - begin;
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        var rune = Rune.GetRuneAt(text, at);
        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            _ when IsBlank(rune) => Kind.Blank,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }

    /// <summary>White space as Python has it: .NET's, and the four separators of ASCII.</summary>
    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is >= 0x1C and <= 0x1F;
}
