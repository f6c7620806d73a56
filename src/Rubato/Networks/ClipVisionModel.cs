using Rubato.Networks.Layers;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>What a <see cref="ClipVisionModel"/> says of pictures.</summary>
/// <param name="LastHiddenState">[N, T, C]: the token of the whole picture, then its squares row by row; not normalised.</param>
/// <param name="Embedding">[N, D]: what can be compared with texts and other pictures.</param>
internal readonly record struct ClipVisionOutput(Tensor LastHiddenState, Tensor Embedding);

/// <summary>
/// The half of CLIP that looks (Radford et al. 2021, arXiv:2103.00020): CLIPVisionModelWithProjection of the transformers
/// library, a vision transformer.
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
internal sealed class ClipVisionModel
{
    private const int Colours = 3;

    private readonly ClipVisionOptions _options;
    private readonly Conv2d _patches;
    private readonly Tensor _class, _positions;
    private readonly LayerNorm _normIn, _normOut;
    private readonly ClipEncoder _encoder;
    private readonly Linear _projection;

    /// <summary>Reads the network from the root of its state dictionary, which may hold other networks too.</summary>
    /// <param name="weights">The root. Its owner verifies it.</param>
    /// <param name="options">The configuration.</param>
    /// <exception cref="ArgumentException">The heads do not divide a token.</exception>
    public ClipVisionModel(Weights weights, ClipVisionOptions options)
    {
        _options = options;
        int width = options.Encoder.HiddenSize, squares = options.ImageSize / options.PatchSize;
        float eps = (float)options.Encoder.LayerNormEps;
        Weights model = weights["vision_model"], embeddings = model["embeddings"];
        embeddings.Ignore("position_ids");
        _patches = Conv2d.Load(embeddings["patch_embedding"], Colours, width, options.PatchSize,
            new ConvOptions { Stride = (options.PatchSize, options.PatchSize) }, bias: false);
        _class = embeddings.Read("class_embedding", [width]);
        _positions = embeddings["position_embedding"].Read("weight", [squares * squares + 1, width]);
        _normIn = LayerNorm.Load(model["pre_layrnorm"], [width], eps);   // the reference spells it so
        _encoder = new ClipEncoder(model["encoder"], options.Encoder);
        _normOut = LayerNorm.Load(model["post_layernorm"], [width], eps);
        _projection = Linear.Load(weights["visual_projection"], width, options.ProjectionDim, bias: false);
    }

    /// <summary>The configuration.</summary>
    public ClipVisionOptions Options => _options;

    /// <summary>Looks at pictures; a picture's result does not depend on the others.</summary>
    /// <param name="x">[N, 3, S, S], as the network's training presented pictures.</param>
    /// <param name="observe">Sees the tokens [N, T, C] before the first layer and behind each.</param>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public ClipVisionOutput Evaluate(Tensor x, Action<Tensor>? observe = null)
    {
        int count = x.Shape[0], side = _options.ImageSize, width = _options.Encoder.HiddenSize;
        if (x.Shape != [count, Colours, side, side])
            throw new ArgumentException($"Pictures [N, {Colours}, {side}, {side}] were expected, not {x.Shape}.", nameof(x));
        using Scope scope = Scope.Begin();
        Tensor squares = _patches.Forward(x.ToChannelsLast()).Reshape(count, -1, width);
        Tensor whole = Tensor.Zeros([count, 1, width]) + _class;
        Tensor h = _normIn.Forward(Concatenation.Concat(1, whole, squares) + _positions);
        Tensor last = _encoder.Forward(h, observe: observe);
        Tensor embedding = _projection.Forward(_normOut.Forward(last.Slice(1, 0, 1)).Reshape(count, width));
        return new ClipVisionOutput(scope.Keep(last), scope.Keep(embedding));
    }
}
