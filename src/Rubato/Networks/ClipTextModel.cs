using Rubato.Networks.Layers;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>What a <see cref="ClipTextModel"/> says of texts.</summary>
/// <param name="LastHiddenState">[N, T, C]: every token, normalised.</param>
/// <param name="Pooled">[N, C]: the token that ends each text.</param>
/// <param name="Embedding">[N, D]: what can be compared with pictures; null where the checkpoint has no projection.</param>
internal readonly record struct ClipTextOutput(Tensor LastHiddenState, Tensor Pooled, Tensor? Embedding);

/// <summary>
/// The half of CLIP that reads (Radford et al. 2021, arXiv:2103.00020): CLIPTextModel of the transformers library and
/// CLIPTextModelWithProjection, whichever the checkpoint holds.
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
internal sealed class ClipTextModel
{
    private readonly ClipTextOptions _options;
    private readonly Embedding _tokens;
    private readonly Tensor _positions;
    private readonly ClipEncoder _encoder;
    private readonly LayerNorm _norm;
    private readonly Linear? _projection;

    /// <summary>Reads the network from the root of its state dictionary, which may hold other networks too.</summary>
    /// <param name="weights">The root. Its owner verifies it.</param>
    /// <param name="options">The configuration.</param>
    /// <exception cref="ArgumentException">The heads do not divide a token.</exception>
    public ClipTextModel(Weights weights, ClipTextOptions options)
    {
        _options = options;
        int width = options.Encoder.HiddenSize;
        Weights model = weights["text_model"], embeddings = model["embeddings"];
        embeddings.Ignore("position_ids");   // 0 to 76, in files of before 2024
        _tokens = Embedding.Load(embeddings["token_embedding"], options.VocabSize, width);
        _positions = embeddings["position_embedding"].Read("weight", [options.MaxPositionEmbeddings, width]);
        _encoder = new ClipEncoder(model["encoder"], options.Encoder);
        _norm = LayerNorm.Load(model["final_layer_norm"], [width], (float)options.Encoder.LayerNormEps);
        if (weights.Has("text_projection"))
            _projection = Linear.Load(weights["text_projection"], width, options.ProjectionDim, bias: false);
    }

    /// <summary>The configuration.</summary>
    public ClipTextOptions Options => _options;

    /// <summary>Whether there are embeddings that can be compared with pictures.</summary>
    public bool Projects => _projection is not null;

    /// <summary>Reads texts; a text's result does not depend on the others.</summary>
    /// <param name="texts">[N][T]: tokens of each, as many of all, with the one that ends it.</param>
    /// <param name="mask">[N, T]: 0 hides a token from the others, 1 does not; null hides none.</param>
    /// <param name="observe">Sees the tokens [N, T, C] before the first layer and behind each.</param>
    /// <exception cref="ArgumentException">
    /// The texts are not of one length from 1 to the most positions, have a token that is none, or do not end.
    /// </exception>
    public ClipTextOutput Evaluate(IReadOnlyList<int[]> texts, Tensor? mask = null, Action<Tensor>? observe = null)
    {
        int length = texts.Count == 0 ? 0 : texts[0].Length;
        if (length < 1 || length > _options.MaxPositionEmbeddings || texts.Any(text => text.Length != length))
        {
            throw new ArgumentException(
                $"Texts of one length are expected, from 1 to {_options.MaxPositionEmbeddings} tokens.", nameof(texts));
        }

        using Scope scope = Scope.Begin();
        Tensor h = _tokens.Forward([.. texts.SelectMany(text => text)]).Reshape(texts.Count, length, -1) + _positions.Rows(0, length);
        // The least number and not minus infinity, as in the reference: a text of which all is hidden has an answer too.
        Tensor? hidden = mask is null ? null : (Tensor.Full([1], 1) - mask).Scale(float.MinValue).Reshape(texts.Count, 1, 1, length);
        Tensor last = _norm.Forward(_encoder.Forward(h, causal: true, hidden, observe));
        Tensor pooled = Concatenation.Concat(0, [.. texts.Select((text, n) => last.Rows(n, 1).Reshape(length, -1).Rows(EndOf(text), 1))]);
        Tensor? embedding = _projection?.Forward(pooled);
        return new ClipTextOutput(scope.Keep(last), scope.Keep(pooled), embedding is null ? null : scope.Keep(embedding));
    }

    private int EndOf(int[] text)
    {
        int eos = _options.EosTokenId == ClipTextOptions.LegacyEos ? text.Max() : _options.EosTokenId, at = Array.IndexOf(text, eos);
        return at >= 0 ? at : throw new ArgumentException($"The text does not end with the token {eos}.", nameof(text));
    }
}
