using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>
/// Learns a <see cref="PromptHead"/> over what a CLIP makes of prompts. CLIP stays as it is, so each prompt is embedded once;
/// a token that is not understood is left out.
/// </summary>
internal sealed class ClipLearner : IPromptLearner
{
    private const int Width = 128;

    private readonly IReadOnlyList<string> _classes;
    private readonly string _clip;
    private readonly ClipTextEncoder _encoder;
    private readonly PromptHead _head;
    private readonly Dictionary<string, float[]> _embedded = new(StringComparer.Ordinal);

    /// <param name="data">Has the classes.</param>
    /// <param name="clip">A folder as <see cref="ClipFolder"/> reads it.</param>
    /// <inheritdoc cref="ClipFolder.LoadText" path="/exception"/>
    public ClipLearner(PromptData data, string clip)
    {
        (_classes, _clip, _encoder) = (data.Classes, clip, ClipFolder.LoadText(clip));
        _head = new PromptHead(new Weights(Parameters), _encoder.Width, Width, _classes.Count + 1);
    }

    public ParameterSet Parameters { get; } = new();

    public ClipTokenizer Tokenizer => _encoder.Tokenizer;

    // A prompt takes CLIP's larger forms some 10 ms: minutes, and enough for two layers.
    public long Prompts => 20_000;

    public Tensor Evaluate(IReadOnlyList<int[]> prompts)
    {
        (string Key, int[] Tokens)[] known = [.. prompts.Select(prompt => prompt.Where(token => token != PromptExamples.Unknown).ToArray())
            .Select(tokens => (string.Join(' ', tokens), tokens))];
        (string Key, int[] Tokens)[] fresh = [.. known.DistinctBy(prompt => prompt.Key, StringComparer.Ordinal).Where(prompt => !_embedded.ContainsKey(prompt.Key))];
        if (fresh.Length > 0)
        {
            using Scope scope = Scope.Begin();
            float[][] rows = [.. _encoder.Embed([.. fresh.Select(prompt => prompt.Tokens)]).ToArray().Chunk(_encoder.Width)];
            foreach ((int i, (string key, _)) in fresh.Index()) _embedded.Add(key, rows[i]);
        }

        return _head.Evaluate(Tensor.From([.. known.SelectMany(prompt => _embedded[prompt.Key])], [known.Length, _encoder.Width]));
    }

    public void Export(string folder)
    {
        PromptModel.Export(folder, nameof(PromptHead), _classes, Width, Parameters);
        ClipFolder.CopyText(_clip, Path.Combine(folder, PromptFiles.Clip));
    }
}
