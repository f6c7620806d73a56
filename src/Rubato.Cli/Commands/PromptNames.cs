using System.Globalization;
using System.Text;

namespace Rubato.Cli.Commands;

/// <summary>Prompts as parts of files' names.</summary>
internal static class PromptNames
{
    private const int Longest = 40;

    /// <summary>
    /// A name for each prompt: its letters and digits of ASCII with - between them, or its place where it has none. Where
    /// different prompts would have one name, in a file system that does not tell capitals, places stand before all.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> prompts)
    {
        string[] names = [.. prompts.Select((prompt, i) => NameOf(prompt) is { Length: > 0 } name ? name : Place(i))];
        return names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == prompts.Distinct(StringComparer.Ordinal).Count() ? names
            : [.. names.Select((name, i) => $"{Place(i)}-{name}")];
    }

    private static string NameOf(string prompt)
    {
        var name = new StringBuilder();
        foreach (char c in prompt)
        {
            if (name.Length == Longest) break;
            if (char.IsAsciiLetterOrDigit(c)) name.Append(c);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
        }

        return name.ToString().TrimEnd('-');
    }

    private static string Place(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
