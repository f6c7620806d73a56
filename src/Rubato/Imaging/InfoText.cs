using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rubato.Files;

namespace Rubato.Imaging;

/// <summary>
/// The text that A1111 writes under the keyword <c>parameters</c>, and that every other program reads: the prompt, the
/// negative prompt, and a line of <c>key: value</c> pairs. It cannot hold everything: lines of prompts lose blanks at
/// their ends, and a line that begins with "Negative prompt:" is taken for one.
/// </summary>
/// <param name="Prompt">Any lines.</param>
/// <param name="NegativePrompt">Any lines; empty if there is none.</param>
/// <param name="Parameters">Pairs in their order; values are texts as written, without their quotation marks.</param>
public sealed record InfoText(
    string Prompt, string NegativePrompt, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private const string Negative = "Negative prompt:";

    // Fewer pairs are read as a line of the prompt.
    private const int FewestParameters = 3;

    // Without backtracking: the time is linear in a text that a stranger wrote.
    private static readonly Regex Pair = new(
        @"\s*(?<key>\w[\w \-/]+):\s*(?<value>""(\\.|[^\\""])+""|[^,]*)(,|$)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private static readonly Regex Key = new(
        @"^\w[\w \-/]+\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>The value of a key (its last, if it stands twice), or null.</summary>
    public string? this[string key] =>
        Parameters.LastOrDefault(pair => string.Equals(pair.Key, key, StringComparison.Ordinal)).Value;

    /// <summary>Reads the grammar as A1111 does; any text has a meaning, if only as a prompt.</summary>
    public static InfoText Parse(string text)
    {
        List<string> lines = [.. text.Trim().Split('\n')];
        MatchCollection pairs = Pair.Matches(lines[^1]);
        if (pairs.Count >= FewestParameters)
            lines.RemoveAt(lines.Count - 1);
        List<string> prompt = [], negative = [], current = prompt;
        foreach (string line in lines.Select(line => line.Trim()))
        {
            bool begins = line.StartsWith(Negative, StringComparison.Ordinal);
            current = begins ? negative : current;
            current.Add(begins ? line[Negative.Length..].Trim() : line);
        }

        return new InfoText(string.Join('\n', prompt), string.Join('\n', negative),
            pairs.Count < FewestParameters ? [] : [.. pairs.Select(pair =>
                KeyValuePair.Create(pair.Groups["key"].Value, Unquote(pair.Groups["value"].Value)))]);
    }

    /// <summary>The text, with values in quotation marks where they need them.</summary>
    /// <exception cref="ArgumentException">
    /// There are fewer than three parameters, or a key is not a word of at least two letters, digits, blanks, - and /.
    /// </exception>
    public string Format()
    {
        if (Parameters.Count < FewestParameters)
            throw new ArgumentException("Fewer than three parameters would be read as a line of the prompt.");
        foreach (string key in Parameters.Select(pair => pair.Key))
        {
            if (!Key.IsMatch(key) || key.EndsWith(' '))
                throw new ArgumentException($"\"{Printable.Escape(key)}\" cannot be a key.");
        }

        string negative = NegativePrompt.Length == 0 ? "" : $"{Negative} {NegativePrompt}\n";
        return $"{Prompt}\n{negative}{string.Join(", ", Parameters.Select(pair => $"{pair.Key}: {Quote(pair.Value)}"))}";
    }

    /// <summary>A value of the form <c>512x768</c>, as width and height; null if the key has no such value.</summary>
    public (int Width, int Height)? Size(string key) =>
        this[key]?.Split('x') is [var width, var height]
        && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int w)
        && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out int h)
            ? (w, h)
            : null;

    private static string Quote(string value)
    {
        bool bare = value.Length > 0 && !value.Any(c => c is ',' or ':' or '"' || char.IsControl(c))
            && value.Trim().Length == value.Length;
        return bare ? value : $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }

    private static string Unquote(string value)
    {
        if (value is not ['"', .., '"'])
            return value;
        try
        {
            using JsonDocument json = JsonDocument.Parse(value);
            return json.RootElement.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return value;   // as A1111 does: not a JSON string, so the marks belong to the value
        }
    }
}
