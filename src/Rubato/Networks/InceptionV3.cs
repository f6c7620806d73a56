using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// The network in whose features FID is taken (Heusel et al. 2017, arXiv:1706.08500): Inception v3 (Szegedy et al. 2015,
/// arXiv:1512.00567) as TensorFlow trained it in December 2015, with the names of its port to PyTorch,
/// <c>pt_inception-2015-12-05</c>. It is torchvision's network but for means that leave out what lies outside of the picture, and
/// for the last block, which pools by maxima.
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
internal sealed class InceptionV3
{
    /// <summary>Features of a picture.</summary>
    public const int Features = 2048;

    private const int Colours = 3, Side = 299;
    private const float Epsilon = 1e-3f;

    private readonly List<Func<Tensor, Tensor>> _layers = [];

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public InceptionV3(Weights weights)
    {
        Add(new Conv(weights["Conv2d_1a_3x3"], Colours, 32, (3, 3), stride: 2));
        Add(new Conv(weights["Conv2d_2a_3x3"], 32, 32, (3, 3)));
        Add(new Conv(weights["Conv2d_2b_3x3"], 32, 64, (3, 3), padding: (1, 1)));
        _layers.Add(x => x.MaxPool2d(3, 2));
        Add(new Conv(weights["Conv2d_3b_1x1"], 64, 80, (1, 1)));
        Add(new Conv(weights["Conv2d_4a_3x3"], 80, 192, (3, 3)));
        _layers.Add(x => x.MaxPool2d(3, 2));
        Add(Square(weights["Mixed_5b"], 192, 32));
        Add(Square(weights["Mixed_5c"], 256, 64));
        Add(Square(weights["Mixed_5d"], 288, 64));
        Add(Shrinking(weights["Mixed_6a"]));
        Add(Long(weights["Mixed_6b"], 128));
        Add(Long(weights["Mixed_6c"], 160));
        Add(Long(weights["Mixed_6d"], 160));
        Add(Long(weights["Mixed_6e"], 192));
        Add(ShrinkingAgain(weights["Mixed_7a"]));
        Add(Wide(weights["Mixed_7b"], 1280, Mean));
        Add(Wide(weights["Mixed_7c"], Features, x => x.MaxPool2d(3, 1, 1)));
        foreach (string name in (string[])["weight", "bias"]) weights["fc"].Ignore(name);   // names one of 1008 classes
        weights.Verify();
    }

    /// <summary>The features of pictures; a picture's do not depend on the others.</summary>
    /// <param name="x">[N, 3, H, W], red, green, blue, from 0 to 1; any size.</param>
    /// <returns>[N, 2048]</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public Tensor Evaluate(Tensor x)
    {
        if (x.Shape.Rank != 4 || x.Shape[1] != Colours)
            throw new ArgumentException($"Pictures [N, {Colours}, H, W] were expected, not {x.Shape}.", nameof(x));
        using Scope scope = Scope.Begin();
        Tensor h = 2 * x.ToChannelsLast().Resize(Side, Side, Interpolation.Bilinear) - Tensor.Full([1], 1);
        foreach (Func<Tensor, Tensor> layer in _layers)
        {
            using Scope inner = Scope.Begin();
            h = inner.Keep(layer(h));
        }

        return scope.Keep(h.Mean(1, 2).Reshape(-1, Features));
    }

    private void Add(Conv conv) => _layers.Add(conv.Forward);

    private void Add(Func<Tensor, Tensor>[] branches)
        => _layers.Add(x => Concatenation.Concat(-1, [.. branches.Select(branch => branch(x))]));

    private static Tensor Mean(Tensor x) => x.AveragePool2d(3, 1, padding: 1);

    private static Tensor Shrunk(Tensor x) => x.MaxPool2d(3, 2);

    private static Func<Tensor, Tensor> Chain(params Func<Tensor, Tensor>[] steps) => x => steps.Aggregate(x, (h, step) => step(h));

    /// <summary>35 x 35 pixels: windows of 1, 5, twice 3, and a mean.</summary>
    private static Func<Tensor, Tensor>[] Square(Weights w, int inputs, int pooled) =>
    [
        new Conv(w["branch1x1"], inputs, 64, (1, 1)).Forward,
        Chain(new Conv(w["branch5x5_1"], inputs, 48, (1, 1)).Forward, new Conv(w["branch5x5_2"], 48, 64, (5, 5), padding: (2, 2)).Forward),
        Chain(
            new Conv(w["branch3x3dbl_1"], inputs, 64, (1, 1)).Forward,
            new Conv(w["branch3x3dbl_2"], 64, 96, (3, 3), padding: (1, 1)).Forward,
            new Conv(w["branch3x3dbl_3"], 96, 96, (3, 3), padding: (1, 1)).Forward),
        Chain(Mean, new Conv(w["branch_pool"], inputs, pooled, (1, 1)).Forward),
    ];

    /// <summary>From 35 x 35 pixels to 17 x 17.</summary>
    private static Func<Tensor, Tensor>[] Shrinking(Weights w) =>
    [
        new Conv(w["branch3x3"], 288, 384, (3, 3), stride: 2).Forward,
        Chain(
            new Conv(w["branch3x3dbl_1"], 288, 64, (1, 1)).Forward,
            new Conv(w["branch3x3dbl_2"], 64, 96, (3, 3), padding: (1, 1)).Forward,
            new Conv(w["branch3x3dbl_3"], 96, 96, (3, 3), stride: 2).Forward),
        Shrunk,
    ];

    /// <summary>17 x 17 pixels: windows of 1, 7, twice 7 as lines, and a mean.</summary>
    private static Func<Tensor, Tensor>[] Long(Weights w, int inner) =>
    [
        new Conv(w["branch1x1"], 768, 192, (1, 1)).Forward,
        Chain(
            new Conv(w["branch7x7_1"], 768, inner, (1, 1)).Forward,
            new Conv(w["branch7x7_2"], inner, inner, (1, 7), padding: (0, 3)).Forward,
            new Conv(w["branch7x7_3"], inner, 192, (7, 1), padding: (3, 0)).Forward),
        Chain(
            new Conv(w["branch7x7dbl_1"], 768, inner, (1, 1)).Forward,
            new Conv(w["branch7x7dbl_2"], inner, inner, (7, 1), padding: (3, 0)).Forward,
            new Conv(w["branch7x7dbl_3"], inner, inner, (1, 7), padding: (0, 3)).Forward,
            new Conv(w["branch7x7dbl_4"], inner, inner, (7, 1), padding: (3, 0)).Forward,
            new Conv(w["branch7x7dbl_5"], inner, 192, (1, 7), padding: (0, 3)).Forward),
        Chain(Mean, new Conv(w["branch_pool"], 768, 192, (1, 1)).Forward),
    ];

    /// <summary>From 17 x 17 pixels to 8 x 8.</summary>
    private static Func<Tensor, Tensor>[] ShrinkingAgain(Weights w) =>
    [
        Chain(new Conv(w["branch3x3_1"], 768, 192, (1, 1)).Forward, new Conv(w["branch3x3_2"], 192, 320, (3, 3), stride: 2).Forward),
        Chain(
            new Conv(w["branch7x7x3_1"], 768, 192, (1, 1)).Forward,
            new Conv(w["branch7x7x3_2"], 192, 192, (1, 7), padding: (0, 3)).Forward,
            new Conv(w["branch7x7x3_3"], 192, 192, (7, 1), padding: (3, 0)).Forward,
            new Conv(w["branch7x7x3_4"], 192, 192, (3, 3), stride: 2).Forward),
        Shrunk,
    ];

    /// <summary>8 x 8 pixels: windows of 1, 3, twice 3, each of which ends in two lines, and a pool.</summary>
    private static Func<Tensor, Tensor>[] Wide(Weights w, int inputs, Func<Tensor, Tensor> pool) =>
    [
        new Conv(w["branch1x1"], inputs, 320, (1, 1)).Forward,
        Chain(new Conv(w["branch3x3_1"], inputs, 384, (1, 1)).Forward, Lines(w, "branch3x3_2")),
        Chain(
            new Conv(w["branch3x3dbl_1"], inputs, 448, (1, 1)).Forward,
            new Conv(w["branch3x3dbl_2"], 448, 384, (3, 3), padding: (1, 1)).Forward,
            Lines(w, "branch3x3dbl_3")),
        Chain(pool, new Conv(w["branch_pool"], inputs, 192, (1, 1)).Forward),
    ];

    private static Func<Tensor, Tensor> Lines(Weights w, string name)
    {
        Conv across = new(w[$"{name}a"], 384, 384, (1, 3), padding: (0, 1)), down = new(w[$"{name}b"], 384, 384, (3, 1), padding: (1, 0));
        return x => Concatenation.Concat(-1, across.Forward(x), down.Forward(x));
    }

    /// <summary>A convolution without bias, a norm and max(x, 0) (BasicConv2d).</summary>
    private sealed class Conv
    {
        private readonly Conv2d _conv;
        private readonly BatchNorm _norm;

        public Conv(
            Weights w, int inputs, int outputs, (int Height, int Width) kernel, int stride = 1, (int Y, int X) padding = default)
        {
            var options = new ConvOptions { Stride = (stride, stride), Padding = (padding.Y, padding.X, padding.Y, padding.X) };
            _conv = new Conv2d(w["conv"].Read("weight", [outputs, inputs, kernel.Height, kernel.Width]), bias: null, options);
            _norm = BatchNorm.Load(w["bn"], outputs, Epsilon);
        }

        public Tensor Forward(Tensor x) => _norm.Forward(_conv.Forward(x), Activation.Relu);
    }
}
