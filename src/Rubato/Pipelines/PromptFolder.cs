using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Pipelines;

/// <summary>
/// A folder with what reads prompts for a model of classes: <c>config.json</c> and weights of a <see cref="PromptNetwork"/>, or
/// of a <see cref="PromptHead"/> with the reading half of a CLIP in <c>clip</c>.
/// </summary>
internal static class PromptFolder
{
    private const int MostClasses = 1000, MostWidth = 1024, MostTokens = 1 << 20;

    /// <summary>Loads it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizer">The folder of what splits prompts for a network without CLIP.</param>
    /// <exception cref="CheckpointException">A file is damaged or not what it should be.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static PromptEncoder Load(string folder, string tokenizer)
    {
        string path = Path.Combine(folder, PromptFiles.Config);
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        string[] classes = config.ReadTexts(PromptFiles.Classes, MostClasses);
        int width = config.ReadInt32(PromptFiles.Width, 1, MostWidth);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var weights = new Weights(new CheckpointWeights(checkpoint));
        return new PromptEncoder(classes, config.ReadText(PromptFiles.Network) switch
        {
            nameof(PromptNetwork) => WithRows(RowsOf(config, path, ClipTokenizer.Load(tokenizer)), weights, width, classes.Length + 1),
            nameof(PromptHead) => WithClip(folder, weights, width, classes.Length + 1),
            var other => throw config.Wrong(PromptFiles.Network, $"is {other}", $"known are {nameof(PromptNetwork)} and {nameof(PromptHead)}"),
        });
    }

    private static Func<string, Tensor> WithRows(PromptRows rows, Weights weights, int width, int answers)
    {
        var network = new PromptNetwork(weights, rows.Count, width, answers);
        return prompt => network.Evaluate([rows.Of(prompt)]);
    }

    private static Func<string, Tensor> WithClip(string folder, Weights weights, int width, int answers)
    {
        string clip = Path.Combine(folder, PromptFiles.Clip);
        ModelFolder.RequireInside(folder, clip, clip);
        ClipTextEncoder encoder = ClipFolder.LoadText(clip);
        var head = new PromptHead(weights, encoder.Width, width, answers);
        return prompt => head.Evaluate(encoder.Embed([prompt]));
    }

    private static PromptRows RowsOf(ModelConfig config, string path, ClipTokenizer tokenizer)
    {
        int[] tokens = config.ReadInt32s(PromptFiles.Tokens, 0, tokenizer.Count - 1, MostTokens);
        return tokens.Distinct().Count() == tokens.Length ? new PromptRows(tokenizer, tokens)
            : throw CheckpointException.OfKey(path, PromptFiles.Tokens, "has a token twice", "each has one row");
    }
}
