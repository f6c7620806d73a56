using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Text;

/// <summary>Reads prompts for a model of classes: which of them is asked for, or none.</summary>
internal sealed class PromptEncoder
{
    private const int MostClasses = 1000, MostWidth = 1024, MostTokens = 1 << 20;

    private readonly PromptRows _rows;
    private readonly PromptNetwork _network;

    /// <param name="classes">Names by index; behind them the network has an answer for none.</param>
    /// <param name="rows">Turns texts into rows.</param>
    /// <param name="network">Answers.</param>
    public PromptEncoder(IReadOnlyList<string> classes, PromptRows rows, PromptNetwork network)
        => (Classes, _rows, _network) = (classes, rows, network);

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Loads a folder with <c>config.json</c> and weights.</summary>
    /// <exception cref="CheckpointException">A file is damaged or not what it should be.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static PromptEncoder Load(string folder, ClipTokenizer tokenizer)
    {
        string path = Path.Combine(folder, PromptFiles.Config);
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        string[] classes = config.ReadTexts(PromptFiles.Classes, MostClasses);
        int[] tokens = config.ReadInt32s(PromptFiles.Tokens, 0, tokenizer.Count - 1, MostTokens);
        if (tokens.Distinct().Count() != tokens.Length)
            throw CheckpointException.OfKey(path, PromptFiles.Tokens, "has a token twice", "each has one row");
        var rows = new PromptRows(tokenizer, tokens);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        return new PromptEncoder(classes, rows, new PromptNetwork(new Weights(new CheckpointWeights(checkpoint)), rows.Count,
            config.ReadInt32(PromptFiles.Width, 1, MostWidth), classes.Length + 1));
    }

    /// <summary>Reads a prompt; of several classes it asks for the one that is named first.</summary>
    public PromptReading Read(string prompt)
    {
        using Scope scope = Scope.Begin();
        float[] odds = _network.Evaluate([_rows.Of(prompt)]).Softmax(-1).ToArray();
        int best = Array.IndexOf(odds, odds.Max());
        return new PromptReading(best < Classes.Count ? best : null, odds[best]);
    }
}
