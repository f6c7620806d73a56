using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>What a classifier says of pictures.</summary>
/// <param name="Features">[N, 64], the last layer before the classes.</param>
/// <param name="Logits">[N, 10], by class.</param>
public readonly record struct ClassifierOutput(Tensor Features, Tensor Logits)
{
    /// <summary>The class with the greatest logit, for each picture.</summary>
    public int[] Named
    {
        get
        {
            int classes = Logits.Shape[1];
            int[] named = new int[Logits.Shape[0]];
            for (int n = 0; n < named.Length; n++)
            {
                ReadOnlySpan<float> row = Logits.AsSpan().Slice(n * classes, classes);
                for (int c = 1; c < classes; c++)
                    if (row[c] > row[named[n]]) named[n] = c;
            }

            return named;
        }
    }
}

/// <summary>
/// The residual network of 56 layers for CIFAR-10. He, Zhang, Ren, Sun 2015, "Deep residual learning for image
/// recognition" (arXiv:1512.03385), section 4.2, shortcuts of option A. Batch norms are folded into the convolutions
/// before them, in float64. Under a tape gradients by the pictures pass through it.
/// </summary>
/// <remarks>Immutable once built; evaluations may run on several threads.</remarks>
public sealed class ResNet56
{
    /// <summary>Width and height of the pictures.</summary>
    public const int Side = 32;

    /// <summary>Features of a picture.</summary>
    public const int Features = 64;

    private const int BlocksInLayer = 9, Colours = 3;
    private const double Epsilon = 1e-5;
    private static readonly int[] Widths = [16, 32, Features];

    // What the network was trained on: the mean and deviation of ImageNet's colours.
    private readonly Tensor _mean = Tensor.From([0.485f, 0.456f, 0.406f], [Colours]);
    private readonly Tensor _deviation = Tensor.From([0.229f, 0.224f, 0.225f], [Colours]);
    private readonly Conv2d _first;
    private readonly List<Block> _blocks = [];
    private readonly Linear _last;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public ResNet56(Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        int width = Widths[0];
        _first = Folded(weights["conv1"], weights["bn1"], Colours, width, stride: 1);
        for (int layer = 0; layer < Widths.Length; layer++)
        {
            for (int b = 0; b < BlocksInLayer; b++)
            {
                _blocks.Add(new Block(weights[$"layer{layer + 1}"][b], width, Widths[layer]));
                width = Widths[layer];
            }
        }

        Weights last = weights["linear"];
        _last = new Linear(last.Read("weight", [Classes.Count, Features]), Kept("bias", last.Read("bias", [Classes.Count]).Clone()));
        weights.Verify();
    }

    /// <summary>Names of the classes, in the order of the logits: those of CIFAR-10.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Classifies a batch; a picture's result does not depend on the others.</summary>
    /// <param name="x">[N, 3, 32, 32], red, green, blue, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public ClassifierOutput Evaluate(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape != [x.Shape[0], Colours, Side, Side])
            throw new ArgumentException($"Pictures [N, {Colours}, {Side}, {Side}] were expected, not {x.Shape}.", nameof(x));
        using Scope scope = Scope.Begin();
        Tensor h = _first.Forward((x.ToChannelsLast() - _mean) / _deviation, Activation.Relu);
        foreach (Block block in _blocks) h = block.Forward(h);
        Tensor features = h.Mean(1, 2).Reshape(-1, Features);
        return new ClassifierOutput(scope.Keep(features), scope.Keep(_last.Forward(features)));
    }

    /// <summary>A 3x3 convolution without bias, and the norm behind it, as one convolution.</summary>
    private static Conv2d Folded(Weights conv, Weights norm, int inputs, int outputs, int stride)
    {
        Tensor weight = conv.Read("weight", [outputs, inputs, 3, 3]).Clone(), bias = norm.Read("bias", [outputs]).Clone();
        ReadOnlySpan<float> mean = norm.Read("running_mean", [outputs]).AsSpan(),
            variance = norm.Read("running_var", [outputs]).AsSpan(), scale = norm.Read("weight", [outputs]).AsSpan();
        int taps = inputs * 9;
        for (int o = 0; o < outputs; o++)
        {
            double slope = scale[o] / Math.Sqrt(variance[o] + Epsilon);
            foreach (ref float w in weight.AsSpan().Slice(o * taps, taps)) w = (float)(w * slope);
            bias.AsSpan()[o] = (float)(bias.AsSpan()[o] - mean[o] * slope);
        }

        return new Conv2d(weight, Kept("bias", bias), ConvOptions.Same(1) with { Stride = (stride, stride) });
    }

    /// <summary>As a parameter, though it never changes: only layers that have one keep what gradients by their input need.</summary>
    private static Tensor Kept(string name, Tensor value) => new Parameter(name, value).Value;

    private sealed class Block
    {
        private readonly Conv2d _conv1, _conv2;
        private readonly Conv2d? _shortcut;

        public Block(Weights w, int inputs, int outputs)
        {
            int stride = inputs == outputs ? 1 : 2;
            _conv1 = Folded(w["conv1"], w["bn1"], inputs, outputs, stride);
            _conv2 = Folded(w["conv2"], w["bn2"], outputs, outputs, stride: 1);
            _shortcut = stride == 1 ? null : Thinned(inputs, outputs);
        }

        /// <returns>[N, H / stride, W / stride, outputs]</returns>
        public Tensor Forward(Tensor x)
        {
            using Scope scope = Scope.Begin();
            Tensor shortcut = _shortcut?.Forward(x) ?? x;
            return scope.Keep(_conv2.Forward(_conv1.Forward(x, Activation.Relu), Activation.Relu, shortcut));
        }

        /// <summary>Option A: every second pixel, between channels of zeros, as a convolution with ones. It is exact.</summary>
        private static Conv2d Thinned(int inputs, int outputs)
        {
            Tensor ones = Tensor.Zeros([outputs, inputs, 1, 1]);
            int front = (outputs - inputs) / 2;
            for (int c = 0; c < inputs; c++) ones.AsSpan()[(front + c) * inputs + c] = 1;
            return new Conv2d(Kept("weight", ones), bias: null, new ConvOptions { Stride = (2, 2) });
        }
    }
}
