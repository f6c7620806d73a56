using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>The transformer in both models of CLIP (CLIPEncoder): norms stand before attention and perceptron.</summary>
internal sealed class ClipEncoder
{
    private readonly Layer[] _layers;

    public ClipEncoder(Weights w, ClipEncoderOptions options)
    {
        if (options.HiddenSize % options.NumAttentionHeads != 0)
        {
            throw new ArgumentException(
                $"{w.Path}: {options.HiddenSize} numbers cannot be split into {options.NumAttentionHeads} heads.", nameof(options));
        }

        _layers = [.. Enumerable.Range(0, options.NumHiddenLayers).Select(i => new Layer(w["layers"][i], options))];
    }

    /// <param name="h">[N, T, C]</param>
    /// <param name="causal">Whether a token sees those before it alone.</param>
    /// <param name="mask">Added to the scores of attention, [N, 1, 1, T]; null for nothing.</param>
    /// <param name="observe">Sees what goes into the first layer and what each gives out.</param>
    /// <returns>[N, T, C]</returns>
    public Tensor Forward(Tensor h, bool causal = false, Tensor? mask = null, Action<Tensor>? observe = null)
    {
        observe?.Invoke(h);
        foreach (Layer layer in _layers)
        {
            h = layer.Forward(h, causal, mask);
            observe?.Invoke(h);
        }

        return h;
    }

    private sealed class Layer
    {
        private readonly ClipEncoderOptions _options;
        private readonly Precision _precision;
        private readonly LayerNorm _norm1, _norm2;
        private readonly Linear _query, _key, _value, _output, _first, _second;

        public Layer(Weights w, ClipEncoderOptions options)
        {
            (_options, _precision) = (options, w.Precision);
            int width = options.HiddenSize;
            _norm1 = LayerNorm.Load(w["layer_norm1"], [width], (float)options.LayerNormEps);
            _norm2 = LayerNorm.Load(w["layer_norm2"], [width], (float)options.LayerNormEps);
            Weights attention = w["self_attn"], perceptron = w["mlp"];
            _query = Linear.Load(attention["q_proj"], width, width);
            _key = Linear.Load(attention["k_proj"], width, width);
            _value = Linear.Load(attention["v_proj"], width, width);
            _output = Linear.Load(attention["out_proj"], width, width);
            _first = Linear.Load(perceptron["fc1"], width, options.IntermediateSize);
            _second = Linear.Load(perceptron["fc2"], options.IntermediateSize, width);
        }

        public Tensor Forward(Tensor x, bool causal, Tensor? mask)
        {
            using Scope scope = Scope.Begin();
            Tensor n = _norm1.Forward(x);
            Tensor seen = Attention.Forward(_query.Forward(n), _key.Forward(n), _value.Forward(n), _options.NumAttentionHeads,
                mask, causal, precision: _precision);
            Tensor h = _output.Forward(seen, residual: x);
            return scope.Keep(_second.Forward(_first.Forward(_norm2.Forward(h), _options.HiddenAct), residual: h));
        }
    }
}
