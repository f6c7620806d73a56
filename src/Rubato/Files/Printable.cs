using System.Globalization;
using System.Text;

namespace Rubato.Files;

/// <summary>Text from files as it may stand in a message: nothing in it can move a cursor or turn the line around.</summary>
internal static class Printable
{
    private const int LongestQuotation = 200;

    /// <summary>Control, format (bidirectional marks) and separator characters become \uXXXX; long text is cut.</summary>
    public static string Escape(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (printable.Length >= LongestQuotation)
                return printable.Append("...").ToString();
            bool plain = char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            if (plain)
                printable.Append(c);
            else
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return printable.ToString();
    }

    /// <summary>The first ten in quotation marks, the rest counted.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        string listed = string.Join(", ", names.Take(10).Select(name => $"\"{Escape(name)}\""));
        return names.Count <= 10 ? listed : $"{listed} and {names.Count - 10} more";
    }
}
