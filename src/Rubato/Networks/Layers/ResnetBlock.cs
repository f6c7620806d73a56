using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>What a <see cref="ResnetBlock"/> does to the size of the picture.</summary>
internal enum Resize
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Halves it: the mean of 2 x 2 pixels.</summary>
    Down,

    /// <summary>Doubles it: each pixel four times.</summary>
    Up,

    /// <summary>Halves it through the kernel [1, 3, 3, 1].</summary>
    FirDown,

    /// <summary>Doubles it through the kernel [1, 3, 3, 1].</summary>
    FirUp,
}

/// <summary>What the residual blocks of a network have in common.</summary>
internal readonly record struct ResnetOptions()
{
    /// <summary>Width of the level's embedding; 0 where the network has none.</summary>
    public int Embedding { get; init; }

    /// <summary>Groups of the first norm.</summary>
    public int Groups { get; init; } = 32;

    /// <summary>Groups of the second norm, where they differ.</summary>
    public int? GroupsOut { get; init; }

    public float Epsilon { get; init; } = 1e-5f;

    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>The embedding scales and shifts what the second norm gives, instead of being added before it.</summary>
    public bool ScaleShift { get; init; }

    public Resize Resize { get; init; }

    /// <summary>A 1 x 1 convolution stands on the shortcut even where the channels stay the same.</summary>
    public bool ForceShortcut { get; init; }

    /// <summary>The result is divided by this.</summary>
    public double Divisor { get; init; } = 1;
}

/// <summary>Two convolutions beside a shortcut (ResnetBlock2D).</summary>
internal sealed class ResnetBlock
{
    private readonly ResnetOptions _options;
    private readonly GroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Linear? _embedding;
    private readonly Conv2d? _shortcut;

    public ResnetBlock(Weights w, int inputs, int outputs, ResnetOptions options)
    {
        _options = options;
        _norm1 = GroupNorm.Load(w["norm1"], inputs, options.Groups, options.Epsilon);
        _conv1 = Conv2d.Load(w["conv1"], inputs, outputs, kernel: 3, ConvOptions.Same(1));
        if (options.Embedding > 0)
            _embedding = Linear.Load(w["time_emb_proj"].InFloat32, options.Embedding, options.ScaleShift ? 2 * outputs : outputs);
        _norm2 = GroupNorm.Load(w["norm2"], outputs, options.GroupsOut ?? options.Groups, options.Epsilon);
        _conv2 = Conv2d.Load(w["conv2"], outputs, outputs, kernel: 3, ConvOptions.Same(1));
        if (inputs != outputs || options.ForceShortcut)
            _shortcut = Conv2d.Load(w["conv_shortcut"], inputs, outputs, kernel: 1, ConvOptions.Same(0));
    }

    /// <param name="x">[N, H, W, C]</param>
    /// <param name="embedding">[N, E], the embedded level after its activation; null where the network has none.</param>
    /// <returns>[N, H', W', C']</returns>
    public Tensor Forward(Tensor x, Tensor? embedding = null)
    {
        using Scope scope = Scope.Begin();
        Tensor h = Resized(_norm1.Forward(x, _options.Activation));
        x = Resized(x);
        h = Normalised(_conv1.Forward(h), _embedding?.Forward(embedding!));
        Tensor y = _conv2.Forward(h, residual: _shortcut?.Forward(x) ?? x);
        return scope.Keep(_options.Divisor == 1 ? y : y / _options.Divisor);
    }

    /// <summary>The second norm with the embedding before or in it, and the activation.</summary>
    private Tensor Normalised(Tensor h, Tensor? e)
    {
        if (e is null) return _norm2.Forward(h, _options.Activation);
        int channels = h.Shape[-1];
        return _options.ScaleShift
            ? _norm2.Forward(h, _options.Activation, e.Slice(1, 0, channels), e.Slice(1, channels, channels))
            : _norm2.Forward(h + e.Reshape(-1, 1, 1, channels), _options.Activation);
    }

    private Tensor Resized(Tensor x) => _options.Resize switch
    {
        Resize.Down => x.AveragePool2d(2, 2),
        Resize.Up => x.UpsampleNearest(2 * x.Shape[1], 2 * x.Shape[2]),
        Resize.FirDown => x.FirDownsample2d(),
        Resize.FirUp => x.FirUpsample2d(),
        _ => x,
    };
}
