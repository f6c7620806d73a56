using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>
/// A level of NCSN++ on the way up: it adds to the picture that the network draws
/// (SkipUpBlock2D, AttnSkipUpBlock2D). Song et al. 2021, arXiv:2011.13456, appendix H.
/// </summary>
internal sealed class SkipUpBlock : IUpBlock
{
    private readonly ResnetBlock[] _resnets;
    private readonly AttentionBlock? _attention;   // one, after all residual blocks
    private readonly ResnetBlock? _up;
    private readonly GroupNorm? _pictureNorm;
    private readonly Conv2d? _picture;

    /// <inheritdoc cref="UpBlock(Weights, UpChannels, ResnetOptions, AttentionOptions?, Func{Tensor, Tensor, Tensor}?)"/>
    public SkipUpBlock(Weights w, UpChannels channels, ResnetOptions resnet, AttentionOptions? attention, bool up)
    {
        int own = channels.Own;
        _resnets = new ResnetBlock[channels.Layers];
        for (int i = 0; i < _resnets.Length; i++)
        {
            int input = channels.Input(i), state = channels.State(i);

            // The reference forgot a bracket in the block with attention, and its checkpoints are trained so.
            int groups = attention is null ? SkipDownBlock.Groups(input + state) : Math.Min(input + state / 4, 32);
            _resnets[i] = new ResnetBlock(w["resnets"][i], input + state, own,
                SkipDownBlock.Options(resnet, input + state, own) with { Groups = groups });
        }

        if (attention is { } options)
            _attention = new AttentionBlock(w["attentions"][0], own, SkipDownBlock.Options(options));
        if (!up) return;
        _up = new ResnetBlock(w["resnet_up"], own, own,
            SkipDownBlock.Options(resnet, own, own) with { Resize = Resize.FirUp, ForceShortcut = true });
        _pictureNorm = GroupNorm.Load(w["skip_norm"], own, SkipDownBlock.Groups(own), resnet.Epsilon);
        _picture = Conv2d.Load(w["skip_conv"].InFloat32, own, SkipDownBlock.PictureChannels, kernel: 3, ConvOptions.Same(1));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor? picture)
    {
        using Scope scope = Scope.Begin();
        foreach (ResnetBlock resnet in _resnets) x = Layer(resnet, x, states.Pop(), embedding);
        x = _attention?.Forward(x) ?? x;
        if (picture is not null) picture = scope.Keep(picture.FirUpsample2d());
        if (_up is null) return scope.Keep(x);
        picture = scope.Keep(_picture!.Forward(_pictureNorm!.Forward(x, Activation.Silu), residual: picture));
        return scope.Keep(_up.Forward(x, embedding));
    }

    private static Tensor Layer(ResnetBlock resnet, Tensor x, Tensor state, Tensor embedding)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(resnet.Forward(Concatenation.Concat(-1, x, state), embedding));
    }
}
