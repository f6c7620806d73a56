using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>What the attention blocks of a network have in common.</summary>
internal readonly record struct AttentionOptions()
{
    /// <summary>Channels of one head; null: one head has all.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>Groups of the norm; null: there is no norm.</summary>
    public int? Groups { get; init; } = 32;

    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The result is divided by this.</summary>
    public double Divisor { get; init; } = 1;
}

/// <summary>Attention among the pixels of a picture, with a shortcut (the class Attention on an image).</summary>
internal sealed class AttentionBlock
{
    private readonly AttentionOptions _options;
    private readonly Precision _precision;
    private readonly int _heads;
    private readonly GroupNorm? _norm;
    private readonly Linear _query, _key, _value, _output;

    public AttentionBlock(Weights w, int channels, AttentionOptions options)
    {
        int width = options.HeadWidth ?? channels;
        if (channels % width != 0)
            throw new ArgumentException($"{w.Path}: {channels} channels cannot be split into heads of {width}.", nameof(options));
        _options = options;
        _precision = w.Precision;
        _heads = channels / width;
        _norm = options.Groups is { } groups ? GroupNorm.Load(w["group_norm"], channels, groups, options.Epsilon) : null;

        // The names on the right are those of checkpoints from before 2023.
        bool old = w.Has("query");
        _query = Linear.Load(w[old ? "query" : "to_q"], channels, channels);
        _key = Linear.Load(w[old ? "key" : "to_k"], channels, channels);
        _value = Linear.Load(w[old ? "value" : "to_v"], channels, channels);
        _output = Linear.Load(old ? w["proj_attn"] : w["to_out"][0], channels, channels);
    }

    /// <param name="x">[N, H, W, C]</param>
    /// <returns>[N, H, W, C]</returns>
    public Tensor Forward(Tensor x)
    {
        using Scope scope = Scope.Begin();
        Tensor pixels = x.Reshape(x.Shape[0], -1, x.Shape[3]), h = _norm?.Forward(pixels) ?? pixels;
        h = Attention.Forward(_query.Forward(h), _key.Forward(h), _value.Forward(h), _heads, precision: _precision);
        h = _output.Forward(h, residual: pixels);
        return scope.Keep(_options.Divisor == 1 ? h : h / _options.Divisor).Reshape(x.Shape);
    }
}
