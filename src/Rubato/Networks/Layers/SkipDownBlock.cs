using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>
/// A level of NCSN++ on the way down: after the step down it looks at the smoothed input picture
/// (SkipDownBlock2D, AttnSkipDownBlock2D). Song et al. 2021, arXiv:2011.13456, appendix H.
/// </summary>
internal sealed class SkipDownBlock : IDownBlock
{
    /// <summary>Channels of the picture that these blocks look at and draw.</summary>
    public const int PictureChannels = 3;

    private readonly ResnetBlock[] _resnets;
    private readonly AttentionBlock[]? _attentions;
    private readonly ResnetBlock? _down;
    private readonly Conv2d? _picture;

    /// <inheritdoc cref="DownBlock(Weights, int, int, int, ResnetOptions, AttentionOptions?, Func{Tensor, Tensor, Tensor}?)"/>
    public SkipDownBlock(Weights w, int inputs, int channels, int layers, ResnetOptions resnet, AttentionOptions? attention, bool down)
    {
        _resnets = new ResnetBlock[layers];
        _attentions = attention is null ? null : new AttentionBlock[layers];
        for (int i = 0; i < layers; i++)
        {
            int from = i == 0 ? inputs : channels;
            _resnets[i] = new ResnetBlock(w["resnets"][i], from, channels, Options(resnet, from, channels));
            if (attention is { } options)
                _attentions![i] = new AttentionBlock(w["attentions"][i], channels, Options(options));
        }

        if (!down) return;
        _down = new ResnetBlock(w["resnet_down"], channels, channels,
            Options(resnet, channels, channels) with { Resize = Resize.FirDown, ForceShortcut = true });
        _picture = Conv2d.Load(w["skip_conv"].InFloat32, PictureChannels, channels, kernel: 1, ConvOptions.Same(0));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor embedding, Stack<Tensor> states, ref Tensor picture)
    {
        for (int i = 0; i < _resnets.Length; i++) states.Push(x = Layer(i, x, embedding));
        if (_down is null) return x;
        picture = picture.FirDownsample2d();
        states.Push(x = _picture!.Forward(picture, residual: _down.Forward(x, embedding)));
        return x;
    }

    /// <summary>The groups of these blocks follow from the channels, and they halve the variance of their sums.</summary>
    internal static ResnetOptions Options(ResnetOptions resnet, int inputs, int outputs)
        => resnet with { Groups = Groups(inputs), GroupsOut = Groups(outputs), Divisor = Math.Sqrt(2) };

    internal static AttentionOptions Options(AttentionOptions attention)
        => attention with { Groups = 32, Divisor = Math.Sqrt(2) };

    internal static int Groups(int channels) => Math.Min(channels / 4, 32);

    private Tensor Layer(int i, Tensor x, Tensor embedding)
    {
        using Scope scope = Scope.Begin();
        x = _resnets[i].Forward(x, embedding);
        return scope.Keep(_attentions?[i].Forward(x) ?? x);
    }
}
