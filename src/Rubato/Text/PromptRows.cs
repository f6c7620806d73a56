using Rubato.Networks;

namespace Rubato.Text;

/// <summary>
/// From a text to the rows of a <see cref="PromptNetwork"/>: those of tokens that its training has seen, and one for all
/// others.
/// </summary>
internal sealed class PromptRows
{
    /// <summary>Tokens of a text that are read.</summary>
    public const int MostTokens = ClipTokenizer.Length - 2;

    private readonly ClipTokenizer _tokenizer;
    private readonly Dictionary<int, int> _rows;

    /// <param name="tokenizer">Splits texts.</param>
    /// <param name="tokens">The tokens with rows of their own, in the order of the rows; each once.</param>
    public PromptRows(ClipTokenizer tokenizer, IReadOnlyList<int> tokens)
    {
        (_tokenizer, Tokens) = (tokenizer, tokens);
        _rows = tokens.Index().ToDictionary(token => token.Item, token => PromptNetwork.FirstToken + token.Index);
    }

    /// <summary>The tokens with rows of their own.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>Rows of the table.</summary>
    public int Count => PromptNetwork.FirstToken + Tokens.Count;

    /// <summary>The row of a token; of what is none, that of unknown ones.</summary>
    public int Of(int token) => _rows.GetValueOrDefault(token, PromptNetwork.Unknown);

    /// <summary>The rows of a text's first 75 tokens.</summary>
    public int[] Of(string text) => [.. _tokenizer.Encode(text, MostTokens).Select(Of)];
}
