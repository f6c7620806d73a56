using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>All that training on prompts reads.</summary>
/// <param name="Classes">Names of the classes, by index.</param>
/// <param name="Lexicon">Their nouns.</param>
/// <param name="Templates">Wordings around them.</param>
/// <param name="Captions">Real wordings.</param>
internal sealed record PromptData(
    IReadOnlyList<string> Classes, PromptLexicon Lexicon, PromptTemplates Templates, PromptCaptions Captions)
{
    private const int LeastUses = 2;

    /// <summary>Reads the files of words in a folder, and a table of captions.</summary>
    /// <exception cref="TrainingDataException">A file is not as it should be.</exception>
    public static PromptData Read(IReadOnlyList<string> classes, string words, string captions)
    {
        var lexicon = PromptLexicon.Read(Path.Combine(words, PromptFiles.Lexicon), classes);
        return new PromptData(classes, lexicon, PromptTemplates.Read(Path.Combine(words, PromptFiles.Templates)),
            PromptCaptions.Read(captions, lexicon));
    }

    /// <summary>
    /// The tokens that get rows of their own: all of lexicon and templates, and those that captions use at least twice. What
    /// is seen once teaches its row nothing, but the row of unknown tokens what they are like.
    /// </summary>
    public IReadOnlyList<int> TokensWith(ClipTokenizer tokenizer)
    {
        IEnumerable<string> words = [.. Lexicon.Nouns.Append(Lexicon.None).SelectMany(nouns => nouns)
            .SelectMany(noun => new[] { noun.Singular, noun.Plural }), .. Templates.Adjectives,
            .. Templates.Templates.Concat(Templates.None).SelectMany(Words), "a", "an"];
        IEnumerable<int> used = Captions.Training.SelectMany(Words).SelectMany(text => tokenizer.Encode(text))
            .GroupBy(token => token).Where(uses => uses.Count() >= LeastUses).Select(uses => uses.Key);
        return [.. words.SelectMany(text => tokenizer.Encode(text)).Concat(used).Distinct().Order()];
    }

    private static IEnumerable<string> Words(Wording wording) => wording.Parts.Select(part => part.Words);
}
