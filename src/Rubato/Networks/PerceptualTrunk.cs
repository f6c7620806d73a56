using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// The layers of a classifier of ImageNet in which two pictures are compared: a list, some members of which are slices,
/// where the comparison looks. Names and layers are those of torchvision's <c>features</c>; the slices are those of
/// Zhang et al. 2018, "The unreasonable effectiveness of deep features as a perceptual metric" (arXiv:1801.03924).
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
public sealed class PerceptualTrunk
{
    private const int Colours = 3;

    private readonly List<Func<Tensor, Tensor>> _layers = [];
    private readonly List<int> _sliceEnds = [];   // the number of layers up to and with the slice's last
    private readonly List<int> _channels = [];
    private readonly Weights _features;
    private int _width = Colours;

    private PerceptualTrunk(string name, int smallestSide, Weights weights)
    {
        (Name, SmallestSide, _features) = (name, smallestSide, weights["features"]);
        foreach (int layer in (int[])[0, 1, 3, 4, 6])   // the classifiers behind the features, of all three
        {
            weights.Ignore($"classifier.{layer}.weight");
            weights.Ignore($"classifier.{layer}.bias");
        }
    }

    /// <summary>What people call the network.</summary>
    public string Name { get; }

    /// <summary>Pixels of the narrowest picture that reaches the last slice.</summary>
    public int SmallestSide { get; }

    /// <summary>Channels of each slice.</summary>
    public IReadOnlyList<int> Channels => _channels;

    /// <summary>Reads the network that a state dictionary holds: SqueezeNet 1.1, VGG-16 or AlexNet.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public static PerceptualTrunk Load(Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        PerceptualTrunk trunk = weights.Has("features.3.squeeze") ? SqueezeNet(weights)
            : weights.Has("features.28") ? Vgg16(weights) : AlexNet(weights);
        weights.Verify();
        return trunk;
    }

    /// <summary>Evaluates the network on a batch; a picture's slices do not depend on the others.</summary>
    /// <param name="x">[N, 3, H, W], as the network's training presented pictures.</param>
    /// <returns>For each slice [N, H', W', C].</returns>
    public IReadOnlyList<Tensor> Evaluate(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape[1] != Colours || Math.Min(x.Shape[2], x.Shape[3]) < SmallestSide)
            throw new ArgumentException($"{Name} expects pictures [N, {Colours}, H, W] of {SmallestSide} pixels or more "
                + $"in both directions, not {x.Shape}.", nameof(x));
        using Scope scope = Scope.Begin();
        var slices = new List<Tensor>();
        Tensor h = x.ToChannelsLast();
        for (int i = 0; i < _layers.Count; i++)
        {
            h = _layers[i](h);
            if (_sliceEnds.Contains(i + 1)) slices.Add(scope.Keep(h));
        }

        return slices;
    }

    private static PerceptualTrunk SqueezeNet(Weights weights)
    {
        PerceptualTrunk t = new PerceptualTrunk("SqueezeNet", 25, weights).Conv(0, 64, 3, stride: 2, padding: 0).Slice();
        t.Pool(3, ceiling: true).Fire(3, 16, 64).Fire(4, 16, 64).Slice();
        t.Pool(3, ceiling: true).Fire(6, 32, 128).Fire(7, 32, 128).Slice();
        t.Pool(3, ceiling: true).Fire(9, 48, 192).Slice();
        return t.Fire(10, 48, 192).Slice().Fire(11, 64, 256).Slice().Fire(12, 64, 256).Slice();
    }

    private static PerceptualTrunk AlexNet(Weights weights)
        => new PerceptualTrunk("AlexNet", 31, weights).Conv(0, 64, 11, stride: 4, padding: 2).Slice()
            .Pool(3).Conv(3, 192, 5, stride: 1, padding: 2).Slice()
            .Pool(3).Conv(6, 384).Slice().Conv(8, 256).Slice().Conv(10, 256).Slice();

    private static PerceptualTrunk Vgg16(Weights weights)
        => new PerceptualTrunk("VGG-16", 16, weights).Conv(0, 64).Conv(2, 64).Slice()
            .Pool(2).Conv(5, 128).Conv(7, 128).Slice()
            .Pool(2).Conv(10, 256).Conv(12, 256).Conv(14, 256).Slice()
            .Pool(2).Conv(17, 512).Conv(19, 512).Conv(21, 512).Slice()
            .Pool(2).Conv(24, 512).Conv(26, 512).Conv(28, 512).Slice();

    /// <summary>The slice that ends here.</summary>
    private PerceptualTrunk Slice()
    {
        _sliceEnds.Add(_layers.Count);
        _channels.Add(_width);
        return this;
    }

    private PerceptualTrunk Pool(int kernel, bool ceiling = false)
    {
        _layers.Add(x => x.MaxPool2d(kernel, stride: 2, padding: 0, ceiling));
        return this;
    }

    private PerceptualTrunk Conv(int index, int outputs, int kernel = 3, int stride = 1, int padding = 1)
    {
        var conv = Conv2d.Load(_features[index], _width, outputs, kernel,
            ConvOptions.Same(padding) with { Stride = (stride, stride) });
        _layers.Add(x => conv.Forward(x, Activation.Relu));
        _width = outputs;
        return this;
    }

    /// <summary>Few channels, then many again: half of them by 1x1, half by 3x3. Iandola et al. 2016, arXiv:1602.07360.</summary>
    private PerceptualTrunk Fire(int index, int squeezed, int expanded)
    {
        Weights w = _features[index];
        var squeeze = Conv2d.Load(w["squeeze"], _width, squeezed, kernel: 1, ConvOptions.Same(0));
        var narrow = Conv2d.Load(w["expand1x1"], squeezed, expanded, kernel: 1, ConvOptions.Same(0));
        var wide = Conv2d.Load(w["expand3x3"], squeezed, expanded, kernel: 3, ConvOptions.Same(1));
        _layers.Add(x =>
        {
            Tensor s = squeeze.Forward(x, Activation.Relu);
            return Concatenation.Concat(-1, narrow.Forward(s, Activation.Relu), wide.Forward(s, Activation.Relu));
        });
        _width = 2 * expanded;
        return this;
    }
}
