using System.Text;
using System.Text.Json;

namespace Rubato.Imaging;

/// <summary>
/// How a picture was made, in two texts: <c>parameters</c> for other programs (<see cref="InfoText"/>) and
/// <c>rubato</c>, a JSON object, for ours. Both are words by whoever made the file: what is taken from them gets the
/// checks that the command line gets, and no path in them is opened.
/// </summary>
public static class PictureMetadata
{
    /// <summary>Keyword of the text that other programs read.</summary>
    public const string ParametersKeyword = "parameters";

    /// <summary>Keyword of the text that we read.</summary>
    public const string RubatoKeyword = "rubato";

    private const int LargestJson = 1 << 20;

    /// <summary>The two texts, for <see cref="Picture.Texts"/>.</summary>
    /// <param name="parameters">For other programs.</param>
    /// <param name="rubato">A JSON object of at most 1 MiB.</param>
    /// <exception cref="ArgumentException">One of them cannot be written.</exception>
    public static IReadOnlyList<PictureText> Texts(InfoText parameters, string rubato)
    {
        if (WhyNoObject(rubato) is { } reason)
            throw new ArgumentException($"The text {reason}; it must be a JSON object of at most 1 MiB.", nameof(rubato));
        return [new(ParametersKeyword, parameters.Format()), new(RubatoKeyword, rubato)];
    }

    /// <summary>
    /// The <c>parameters</c> of a picture; null if it has none in A1111's grammar (SwarmUI writes JSON under this name).
    /// </summary>
    public static InfoText? Parameters(Picture picture) =>
        Find(picture, ParametersKeyword) is { } text && !text.TrimStart().StartsWith('{') ? InfoText.Parse(text) : null;

    /// <summary>Our own text: one JSON object with unique keys, at most 1 MiB and 64 levels deep; null if there is none.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="PictureException">The text is there and is no such object.</exception>
    public static string? Rubato(Picture picture, string name)
    {
        string? text = Find(picture, RubatoKeyword);
        return text is null || WhyNoObject(text) is not { } reason
            ? text
            : throw new PictureException(name, chunk: null, $"has a text \"{RubatoKeyword}\" that {reason}",
                "it must be a JSON object of at most 1 MiB");
    }

    private static string? Find(Picture picture, string keyword)
    {
        foreach (PictureText text in picture.Texts)
        {
            if (text.Keyword == keyword)
                return text.Text;
        }

        return null;
    }

    private static string? WhyNoObject(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > LargestJson)
            return "has more than 1 MiB";
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false, MaxDepth = 64 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? null : "is no object";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return "is not JSON";
        }
    }
}
