using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>
/// The prompts of training: wordings with nouns put into them. Each is a function of the seed and its number. It asks for
/// the class that is named first, and for none where a wording names something else, something unknown or nothing.
/// </summary>
internal sealed class PromptExamples
{
    /// <summary>In the place of a token that is not understood.</summary>
    public const int Unknown = -1;

    // How often what is drawn. Chosen on the judging captions and a few prompts of our own.
    private const double WithoutNoun = 0.3, ThoughtUp = 0.6, ThoughtUpWithoutNoun = 0.15, OfClass = 0.75, OfClassFurtherOn = 0.7;
    private const double Adjective = 0.35, Nonsense = 0.4, UnknownNonsense = 0.5, Dropped = 0.08;

    private readonly PromptData _data;
    private readonly ClipTokenizer _tokenizer;
    private readonly NumberedRandom _random;
    private readonly Wording[] _named, _plain;
    private readonly int[] _strange;
    private readonly Dictionary<string, int[]> _known = new(StringComparer.Ordinal);

    public PromptExamples(PromptData data, ClipTokenizer tokenizer, long seed)
    {
        (_data, _tokenizer, _random) = (data, tokenizer, new NumberedRandom((ulong)seed, NoisePurpose.TrainingOrder));
        _named = [.. data.Captions.Training.Where(wording => wording.Nouns > 0)];
        _plain = [.. data.Captions.Training.Where(wording => wording.Nouns == 0)];
        var ours = data.Lexicon.Nouns.SelectMany(nouns => nouns).SelectMany(noun => new[] { noun.Singular, noun.Plural })
            .SelectMany(text => tokenizer.Encode(text)).ToHashSet();
        _strange = [.. Enumerable.Range(0, tokenizer.Start).Where(token => !ours.Contains(token))];
    }

    /// <summary>The index that stands for none.</summary>
    public int None => _data.Classes.Count;

    /// <summary>An example: its tokens, and the class that it asks for.</summary>
    public (int[] Tokens, int Class) At(long number)
    {
        var dice = new Dice(_random, (ulong)number);
        Wording wording = dice.Chance(WithoutNoun)
            ? dice.Of(dice.Chance(ThoughtUpWithoutNoun) ? _data.Templates.None : _plain)
            : dice.Of(dice.Chance(ThoughtUp) ? _data.Templates.Templates : _named);
        var tokens = new List<int>();
        int asked = None;
        foreach (WordingPart part in wording.Parts)
        {
            if (part.Noun == 0)
            {
                Add(part.Words, ref dice, tokens);
                continue;
            }

            bool ofClass = dice.Chance(part.Noun == 1 ? OfClass : OfClassFurtherOn);
            int index = ofClass ? dice.Below(None) : None;
            if (asked == None) asked = index;
            AddNoun(part, index, wording.Adjectives, ref dice, tokens);
        }

        return ([.. tokens.Take(PromptRows.MostTokens)], asked);
    }

    private void AddNoun(WordingPart part, int index, bool adjectives, ref Dice dice, List<int> tokens)
    {
        string before = adjectives && dice.Chance(Adjective) ? dice.Of(_data.Templates.Adjectives) : "";
        string noun = "";
        if (index < None || !dice.Chance(Nonsense))
        {
            IReadOnlyList<Noun> nouns = index < None ? _data.Lexicon.Nouns[index] : _data.Lexicon.None;
            Noun drawn = index < None ? dice.OfEarly(nouns) : dice.Of(nouns);
            noun = part.IsPlural ? drawn.Plural : drawn.Singular;
        }

        if (part.HasArticle) Add(Noun.ArticleOf(before + noun), ref dice, tokens);
        Add(before, ref dice, tokens);
        if (noun.Length > 0)
        {
            tokens.AddRange(Of(noun));
            return;
        }

        // No word at all: one or two tokens that a class never has.
        for (int count = 1 + dice.Below(2); count > 0; count--)
            tokens.Add(dice.Chance(UnknownNonsense) ? Unknown : dice.Of(_strange));
    }

    /// <summary>Words that do not matter: some are not understood.</summary>
    private void Add(string words, ref Dice dice, List<int> tokens)
    {
        foreach (int token in Of(words)) tokens.Add(dice.Chance(Dropped) ? Unknown : token);
    }

    private int[] Of(string words)
        => _known.TryGetValue(words, out int[]? tokens) ? tokens : _known[words] = _tokenizer.Encode(words, PromptRows.MostTokens);
}
