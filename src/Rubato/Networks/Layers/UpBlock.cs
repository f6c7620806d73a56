using Rubato.Tensors;

namespace Rubato.Networks.Layers;

/// <summary>Channels that the layers of a level on the way up take in and give out.</summary>
/// <param name="Below">What comes from the block below.</param>
/// <param name="Own">What every layer gives out.</param>
/// <param name="Last">The state that the last layer takes, from one level higher on the way down.</param>
/// <param name="Layers">Number of residual blocks.</param>
internal readonly record struct UpChannels(int Below, int Own, int Last, int Layers)
{
    /// <summary>Channels of x before layer <paramref name="i"/>.</summary>
    public int Input(int i) => i == 0 ? Below : Own;

    /// <summary>Channels of the state that layer <paramref name="i"/> takes.</summary>
    public int State(int i) => i == Layers - 1 ? Last : Own;
}

/// <summary>A level on the way up.</summary>
internal interface IUpBlock
{
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="embedding">[N, E], after its activation.</param>
    /// <param name="states">Gives the states of the way down, last first.</param>
    /// <param name="picture">The network's output so far, from the blocks that draw it; null: nothing yet.</param>
    /// <returns>[N, H', W', C']</returns>
    Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor? picture);
}

/// <summary>
/// Residual blocks on x beside a state of the way down, each with attention after it or none, and a step up
/// (UpBlock2D, AttnUpBlock2D, ResnetUpsampleBlock2D).
/// </summary>
internal sealed class UpBlock : IUpBlock
{
    private readonly ResnetBlock[] _resnets;
    private readonly AttentionBlock[]? _attentions;
    private readonly Func<Tensor, Tensor, Tensor>? _up;

    /// <param name="w">Place of the block.</param>
    /// <param name="channels">What goes in and out.</param>
    /// <param name="resnet">Options of the residual blocks.</param>
    /// <param name="attention">Options of the attention; null: none.</param>
    /// <param name="up">Makes the step up, from x and the embedding; null: the block stays at its size.</param>
    public UpBlock(Weights w, UpChannels channels, ResnetOptions resnet, AttentionOptions? attention,
        Func<Tensor, Tensor, Tensor>? up)
    {
        _resnets = new ResnetBlock[channels.Layers];
        _attentions = attention is null ? null : new AttentionBlock[channels.Layers];
        for (int i = 0; i < _resnets.Length; i++)
        {
            _resnets[i] = new ResnetBlock(w["resnets"][i], channels.Input(i) + channels.State(i), channels.Own, resnet);
            if (attention is { } options) _attentions![i] = new AttentionBlock(w["attentions"][i], channels.Own, options);
        }

        _up = up;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor? picture)
    {
        using Scope scope = Scope.Begin();
        for (int i = 0; i < _resnets.Length; i++) x = Layer(i, x, states.Pop(), embedding);
        return scope.Keep(_up?.Invoke(x, embedding) ?? x);
    }

    private Tensor Layer(int i, Tensor x, Tensor state, Tensor embedding)
    {
        using Scope scope = Scope.Begin();
        x = _resnets[i].Forward(Concatenation.Concat(-1, x, state), embedding);
        return scope.Keep(_attentions?[i].Forward(x) ?? x);
    }
}
