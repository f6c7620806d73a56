namespace Rubato.Tests.Text;

/// <summary>Where the tests of texts find their files.</summary>
internal static class TextFiles
{
    /// <summary>The model that reads prompts.</summary>
    public static string Model { get; } = Path.Combine(TestFolder.Source(""), "..", "..", "models", "acdiff");

    /// <summary>Its tokenizer.</summary>
    public static string Tokenizer { get; } = Path.Combine(Model, "tokenizer");

    /// <summary>A file beside these sources.</summary>
    public static string Of(string name) => Path.Combine(TestFolder.Source("Text"), name);
}
