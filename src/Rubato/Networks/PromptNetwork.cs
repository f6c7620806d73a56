using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// Tells which class a prompt asks for. Every token is looked at with its neighbours, so that "hot dog" is no dog, and
/// gets a score; the prompt is the mean of its tokens by softmax of the scores, from which each place takes a bit off, so
/// that of several nouns the first one counts.
/// </summary>
/// <remarks>Immutable once built; may be asked on several threads.</remarks>
internal sealed class PromptNetwork
{
    /// <summary>The rows of what is before and behind a prompt, and of all tokens that have none of their own.</summary>
    public const int Edge = 0, Unknown = 1, FirstToken = 2;

    private const float Hidden = -1e9f;   // the score of a place behind the prompt
    private const double Fall = 0.25;     // what a place takes off at the start of training

    private readonly Embedding _tokens;
    private readonly Linear _window, _score, _votes;
    private readonly Tensor _fall;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <param name="weights">The root.</param>
    /// <param name="rows">Rows of the table of tokens, with the first two.</param>
    /// <param name="width">Numbers of a token.</param>
    /// <param name="classes">Length of the answer.</param>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public PromptNetwork(Weights weights, int rows, int width, int classes)
    {
        _tokens = Embedding.Load(weights["tokens"], rows, width);
        _window = Linear.Load(weights["window"], 3 * width, width);
        _score = Linear.Load(weights["score"], width, 1);
        _fall = weights["fall"].Read("weight", [1]);
        _votes = Linear.Load(weights["votes"], width, classes);
        weights.Verify();
    }

    /// <summary>Scores of the classes.</summary>
    /// <param name="prompts">Rows of each prompt's tokens, at least one in all.</param>
    /// <returns>[prompts, classes]</returns>
    public Tensor Evaluate(IReadOnlyList<int[]> prompts)
    {
        int length = Math.Max(1, prompts.Max(prompt => prompt.Length)), count = prompts.Count;
        int[] before = new int[count * length], here = new int[count * length], behind = new int[count * length];
        Tensor places = Tensor.Zeros([1, length]), hidden = Tensor.Zeros([count, length]);
        for (int i = 0; i < length; i++) places.AsSpan()[i] = (float)(-Fall * i);
        for (int n = 0; n < count; n++)
        {
            int[] prompt = prompts[n];
            prompt.CopyTo(here, n * length);
            prompt.AsSpan(0, Math.Min(prompt.Length, length - 1)).CopyTo(before.AsSpan(n * length + 1));
            prompt.AsSpan(Math.Min(prompt.Length, 1)).CopyTo(behind.AsSpan(n * length));
            hidden.AsSpan().Slice(n * length + Math.Max(1, prompt.Length), length - Math.Max(1, prompt.Length)).Fill(Hidden);
        }

        Tensor seen = Concatenation.Concat(-1, _tokens.Forward(before), _tokens.Forward(here), _tokens.Forward(behind));
        Tensor tokens = _window.Forward(seen, Activation.Silu);
        Tensor scores = _score.Forward(tokens).Reshape(count, length) + places * _fall + hidden;
        Tensor mean = scores.Softmax(-1).Reshape(count, 1, length).MatMul(tokens.Reshape(count, length, -1));
        return _votes.Forward(mean.Reshape(count, -1));
    }
}
