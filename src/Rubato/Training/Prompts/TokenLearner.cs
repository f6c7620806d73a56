using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>Learns a <see cref="PromptNetwork"/>: a row for each token that training knows, and one for all others.</summary>
internal sealed class TokenLearner : IPromptLearner
{
    private const int Width = 64;

    private readonly IReadOnlyList<string> _classes;
    private readonly PromptRows _rows;
    private readonly PromptNetwork _network;

    /// <param name="data">Says which tokens get rows.</param>
    /// <param name="tokenizer">Splits prompts.</param>
    public TokenLearner(PromptData data, ClipTokenizer tokenizer)
    {
        (_classes, Tokenizer) = (data.Classes, tokenizer);
        _rows = new PromptRows(tokenizer, data.TokensWith(tokenizer));
        _network = new PromptNetwork(new Weights(Parameters), _rows.Count, Width, _classes.Count + 1);
    }

    public ParameterSet Parameters { get; } = new();

    public ClipTokenizer Tokenizer { get; }

    public long Prompts => long.MaxValue;

    public Tensor Evaluate(IReadOnlyList<int[]> prompts) => _network.Evaluate([.. prompts.Select(RowsOf)]);

    public void Export(string folder) => PromptModel.Export(folder, nameof(PromptNetwork), _classes, Width, Parameters, json =>
    {
        json.WriteStartArray(PromptFiles.Tokens);
        foreach (int token in _rows.Tokens) json.WriteNumberValue(token);
        json.WriteEndArray();
    });

    private int[] RowsOf(int[] tokens) => [.. tokens.Select(_rows.Of)];
}
