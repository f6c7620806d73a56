using Rubato.Tensors;

namespace Rubato.Networks.Layers;

/// <summary>A level on the way down.</summary>
internal interface IDownBlock
{
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="embedding">[N, E], after its activation.</param>
    /// <param name="states">Takes the output of every layer, for the way up.</param>
    /// <param name="picture">The network's input at this level's size, for the blocks that look at it.</param>
    /// <returns>[N, H', W', C']</returns>
    Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor picture);
}

/// <summary>
/// Residual blocks, each with attention after it or none, and a step down
/// (DownBlock2D, AttnDownBlock2D, ResnetDownsampleBlock2D).
/// </summary>
internal sealed class DownBlock : IDownBlock
{
    private readonly ResnetBlock[] _resnets;
    private readonly AttentionBlock[]? _attentions;
    private readonly Func<Tensor, Tensor, Tensor>? _down;

    /// <param name="w">Place of the block.</param>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="channels">Channels of this level.</param>
    /// <param name="layers">Number of residual blocks.</param>
    /// <param name="resnet">Their options.</param>
    /// <param name="attention">Options of the attention; null: none.</param>
    /// <param name="down">Makes the step down, from x and the embedding; null: the block stays at its size.</param>
    public DownBlock(Weights w, int inputs, int channels, int layers, ResnetOptions resnet, AttentionOptions? attention,
        Func<Tensor, Tensor, Tensor>? down)
    {
        _resnets = new ResnetBlock[layers];
        _attentions = attention is null ? null : new AttentionBlock[layers];
        for (int i = 0; i < layers; i++)
        {
            _resnets[i] = new ResnetBlock(w["resnets"][i], i == 0 ? inputs : channels, channels, resnet);
            if (attention is { } options) _attentions![i] = new AttentionBlock(w["attentions"][i], channels, options);
        }

        _down = down;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor picture)
    {
        for (int i = 0; i < _resnets.Length; i++) states.Push(x = Layer(i, x, embedding));
        if (_down is not null) states.Push(x = _down(x, embedding));
        return x;
    }

    private Tensor Layer(int i, Tensor x, Tensor embedding)
    {
        using Scope scope = Scope.Begin();
        x = _resnets[i].Forward(x, embedding);
        return scope.Keep(_attentions?[i].Forward(x) ?? x);
    }
}
