using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>What the options of a <see cref="UNet2DModel"/> mean for each of its parts.</summary>
internal sealed class UNet2DPlan(UNet2DOptions options)
{
    private readonly IReadOnlyList<int> _channels = options.BlockOutChannels;

    private readonly ResnetOptions _resnet = new()
    {
        Embedding = options.TimeEmbeddingDim ?? 4 * options.BlockOutChannels[0],
        Groups = options.NormNumGroups ?? 0,   // where it is null, the blocks that use it set their own
        Epsilon = (float)options.NormEps,
        Activation = options.Activation,
        ScaleShift = options.ScaleShift,
    };

    private readonly AttentionOptions _attention = new()
    {
        HeadWidth = options.AttentionHeadDim,
        Groups = options.NormNumGroups,
        Epsilon = (float)options.NormEps,
    };

    /// <summary>Width of a projected time.</summary>
    public int TimeWidth => options.TimeEmbeddingType == Networks.TimeProjection.Fourier ? 2 * _channels[0] : _channels[0];

    /// <summary>Width of an embedded time.</summary>
    public int EmbeddingWidth => _resnet.Embedding;

    public ResnetOptions MidResnet => _resnet with { Groups = GroupsOf(_channels[^1]), Divisor = options.MidBlockScaleFactor };

    public AttentionOptions MidAttention => _attention with
    {
        Groups = options.AttnNormNumGroups ?? (options.ScaleShift ? null : GroupsOf(_channels[^1])),
        Divisor = options.MidBlockScaleFactor,
    };

    /// <summary>Groups of a norm outside of the levels.</summary>
    public int GroupsOf(int channels) => options.NormNumGroups ?? Math.Min(channels / 4, 32);

    /// <summary>From times to [N, <see cref="TimeWidth"/>].</summary>
    public Func<float[], Tensor> TimeProjection(Weights w)
    {
        int width = _channels[0];
        switch (options.TimeEmbeddingType)
        {
            case Networks.TimeProjection.Fourier:
                Tensor frequencies = w.Read("weight", [width]);
                return times => SinusoidalEmbedding.Fourier(times, frequencies, flipSinToCos: false, logarithm: true);
            case Networks.TimeProjection.Learned:
                int rows = options.NumTrainTimesteps!.Value;
                var table = Embedding.Load(w, rows, width);
                return times => table.Forward(Array.ConvertAll(times, time => Row(time, rows)));
            default:
                return times => SinusoidalEmbedding.Of(times, width, options.FlipSinToCos, (float)options.FreqShift);
        }
    }

    public IDownBlock DownBlock(Weights w, int level)
    {
        UNet2DDownBlock type = options.DownBlockTypes[level];
        int inputs = _channels[Math.Max(0, level - 1)], own = _channels[level], layers = options.LayersPerBlock;
        bool last = level == _channels.Count - 1;
        AttentionOptions? attention =
            type is UNet2DDownBlock.AttnDownBlock2D or UNet2DDownBlock.AttnSkipDownBlock2D ? _attention : null;
        if (UNet2DOptions.IsSkip(type)) return new SkipDownBlock(w, inputs, own, layers, _resnet, attention, down: !last);

        bool byResnet = type == UNet2DDownBlock.ResnetDownsampleBlock2D
            || (type == UNet2DDownBlock.AttnDownBlock2D && options.DownsampleType == UNet2DStep.Resnet);
        return new DownBlock(w, inputs, own, layers, _resnet, attention,
            last ? null : byResnet ? Resnet(w["downsamplers"][0], own, Resize.Down) : Down(w["downsamplers"][0], own));
    }

    public IUpBlock UpBlock(Weights w, int index)
    {
        UNet2DUpBlock type = options.UpBlockTypes[index];
        int level = _channels.Count - 1 - index;
        bool last = level == 0;
        var channels = new UpChannels(
            Below: _channels[Math.Min(level + 1, _channels.Count - 1)],
            Own: _channels[level],
            Last: _channels[Math.Max(0, level - 1)],
            Layers: options.LayersPerBlock + 1);
        AttentionOptions? attention =
            type is UNet2DUpBlock.AttnUpBlock2D or UNet2DUpBlock.AttnSkipUpBlock2D ? _attention : null;
        if (UNet2DOptions.IsSkip(type)) return new SkipUpBlock(w, channels, _resnet, attention, up: !last);

        bool byResnet = type == UNet2DUpBlock.ResnetUpsampleBlock2D
            || (type == UNet2DUpBlock.AttnUpBlock2D && options.UpsampleType == UNet2DStep.Resnet);
        return new UpBlock(w, channels, _resnet, attention,
            last ? null : byResnet ? Resnet(w["upsamplers"][0], channels.Own, Resize.Up) : Up(w["upsamplers"][0], channels.Own));
    }

    private Func<Tensor, Tensor, Tensor> Down(Weights w, int channels)
    {
        var down = new Downsample(w, channels, options.DownsamplePadding);
        return (x, _) => down.Forward(x);
    }

    private static Func<Tensor, Tensor, Tensor> Up(Weights w, int channels)
    {
        var up = new Upsample(w, channels);
        return (x, _) => up.Forward(x);
    }

    private Func<Tensor, Tensor, Tensor> Resnet(Weights w, int channels, Resize resize)
        => new ResnetBlock(w, channels, channels, _resnet with { Resize = resize }).Forward;

    private static int Row(float time, int rows)
        => time >= 0 && time < rows && time == (int)time ? (int)time
            : throw new ArgumentException($"The time {time} is no row of the model's table: whole numbers from 0 to {rows - 1}.", nameof(time));
}
