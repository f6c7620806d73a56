using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Layers;

namespace Rubato.Goldens;

/// <summary>The operations that there are, by the names of the cases. Images are [N, C, H, W] there.</summary>
internal static class OpTable
{
    /// <summary>Every operation: from its arguments to its results.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> ByName = Build();

    private static readonly Dictionary<string, Interpolation> Modes = new(StringComparer.Ordinal)
    {
        ["nearest"] = Interpolation.Nearest,
        ["nearest-exact"] = Interpolation.NearestExact,
        ["bilinear"] = Interpolation.Bilinear,
        ["bicubic"] = Interpolation.Bicubic,
        ["area"] = Interpolation.Area,
    };

    private static readonly Dictionary<string, PaddingMode> Borders = new(StringComparer.Ordinal)
    {
        ["constant"] = PaddingMode.Zeros,
        ["reflect"] = PaddingMode.Reflect,
        ["replicate"] = PaddingMode.Replicate,
        ["circular"] = PaddingMode.Circular,
    };

    /// <summary>The operations with one result.</summary>
    private static Dictionary<string, Func<OpCase, Tensor>> Single() => new(StringComparer.Ordinal)
    {
        ["silu"] = c => c.Input("x").Activate(Activation.Silu),
        ["gelu_erf"] = c => c.Input("x").Activate(Activation.Gelu),
        ["gelu_tanh"] = c => c.Input("x").Activate(Activation.GeluTanh),
        ["quick_gelu"] = c => c.Input("x").Activate(Activation.QuickGelu),
        ["relu"] = c => c.Input("x").Activate(Activation.Relu),
        ["mish"] = c => c.Input("x").Activate(Activation.Mish),
        ["sigmoid"] = c => c.Input("x").Activate(Activation.Sigmoid),
        ["tanh"] = c => c.Input("x").Activate(Activation.Tanh),
        ["exp"] = c => c.Input("x").Exp(),
        ["sin"] = c => c.Input("x").Sin(),
        ["cos"] = c => c.Input("x").Cos(),
        ["erf"] = c => c.Input("x").Erf(),
        ["softplus"] = c => c.Input("x").Softplus(),
        ["elu"] = c => c.Input("x").Elu(),
        ["leaky_relu_0.2"] = c => c.Input("x").LeakyRelu(0.2),
        ["geglu_split"] = c => c.Input("x").Geglu(),
        ["softmax"] = c => c.Input("x").Softmax(c.Integer("dim")),
        ["log_softmax"] = c => c.Input("x").LogSoftmax(c.Integer("dim")),

        ["linear"] = c => new Linear(c.Input("weight"), c.Find("bias")).Forward(c.Input("x")),
        ["matmul"] = c => c.Input("a").MatMul(c.Input("b")),
        ["embedding"] = Rows,
        ["attention"] = Attend,

        ["conv2d"] = c => Convolve(c, Around(c.Pair("padding", 0))),
        ["conv2d_pad_asym"] = c => Convolve(c, Sides(c.Integers("pad"))),
        ["conv_transpose2d"] = ConvolveTransposed,
        ["conv1d"] = ConvolveLine,
        ["conv_transpose1d"] = ConvolveLineTransposed,

        ["group_norm"] = NormaliseGroups,
        ["layer_norm"] = NormaliseLayer,
        ["rms_norm"] = c => new RmsNorm(c.Find("weight"), c.Input("x").Shape[-1], Epsilon(c)).Forward(c.Input("x")),

        ["interpolate"] = Interpolate,
        ["pad"] = Pad,
        ["avg_pool2d"] = c => OfPictures(
            c, x => x.AveragePool2d(c.Integer("kernel"), c.Integer("stride"), c.Flag("ceil_mode"))),
        ["max_pool2d"] = c => OfPictures(
            c, x => x.MaxPool2d(c.Integer("kernel"), c.Integer("stride"), c.Integer("padding", 0))),
        ["pixel_shuffle"] = c => OfPictures(c, x => x.PixelShuffle(c.Integer("factor"))),
        ["pixel_unshuffle"] = c => OfPictures(c, x => x.PixelUnshuffle(c.Integer("factor"))),
        ["fir_upsample2d"] = c => Fir(c, x => x.FirUpsample2d()),
        ["fir_downsample2d"] = c => Fir(c, x => x.FirDownsample2d()),
        ["fir_upsample2d_conv"] = c => Fir(c, x => ConvolveAndFilter(c, x)),
        ["fir_downsample2d_conv"] = c => Fir(c, x => FilterAndConvolve(c, x)),

        ["mse"] = c => c.Input("x").MeanSquaredError(c.Input("t")).Reshape(1),
        ["l1"] = c => c.Input("x").MeanAbsoluteError(c.Input("t")).Reshape(1),
        ["huber"] = c => c.Input("x").Huber(c.Input("t"), (float)c.Number("delta")).Reshape(1),
        ["smooth_l1"] = c => c.Input("x").Huber(c.Input("t"), (float)c.Number("beta")).Reshape(1) / c.Number("beta"),
        ["cross_entropy"] = c => c.Input("x").CrossEntropy(
            Array.ConvertAll(c.Stored("labels")!.Integers(), label => (int)label)).Reshape(1),
        ["cosine_similarity"] = Cosine,
        ["clip_grad_norm"] = c => c.Input("x").Scale(Math.Min(1, c.Number("max_norm") / (c.Input("x").Norm() + 1e-6))),

        ["timestep_embedding"] = c => SinusoidalEmbedding.Of(
            c.Input("t").AsSpan(), c.Integer("dim"), c.Flag("flip_sin_to_cos"),
            c.Integer("downscale_freq_shift"), c.Integer("scale")),
        ["gaussian_fourier"] = c => SinusoidalEmbedding.Fourier(
            c.Input("t").AsSpan(), c.Input("weight"), c.Flag("flip_sin_to_cos"), c.Flag("log")),
    };

    /// <summary>The operations with several results.</summary>
    private static Dictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> Several() => new(StringComparer.Ordinal)
    {
        ["var_mean"] = Moments,
        ["adam"] = c => Optimise(c, weightDecay: 0),
        ["adamw"] = c => Optimise(c, c.Number("weight_decay")),
    };

    private static Dictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> Build()
    {
        Dictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> all = Several();
        foreach ((string name, Func<OpCase, Tensor> operation) in Single()) all.Add(name, c => [("y", operation(c))]);
        return all;
    }

    private static float Epsilon(OpCase c) => (float)c.Number("eps");

    private static Tensor Rows(OpCase c)
    {
        GoldenTensor ids = c.Stored("ids")!;
        Tensor weight = c.Input("weight");
        Tensor rows = new Embedding(weight).Forward(Array.ConvertAll(ids.Integers(), id => (int)id));
        return rows.Reshape(Shape.Create([.. ids.Shape.Append(weight.Shape[1])]));
    }

    private static Tensor Attend(OpCase c)
    {
        Tensor q = c.Input("q");
        double? scale = c.Has("scale") ? c.Number("scale") : null;
        Tensor y = Attention.Forward(
            Merge(q), Merge(c.Input("k")), Merge(c.Input("v")), q.Shape[1], Mask(c), c.Flag("is_causal"), scale);
        return y.Reshape(q.Shape[0], q.Shape[2], q.Shape[1], -1).Permute(0, 2, 1, 3);

        // [B, heads, T, d] to [B, T, heads * d]
        static Tensor Merge(Tensor x) => x.Permute(0, 2, 1, 3).Reshape(x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]);
    }

    /// <summary>The mask as an addend; one of truth values hides a key where it is false.</summary>
    private static Tensor? Mask(OpCase c)
    {
        if (c.Stored("mask") is not { } mask) return null;
        return mask.IsInteger
            ? Tensor.From(Array.ConvertAll(mask.Integers(), seen => seen != 0 ? 0 : float.NegativeInfinity), mask.Shape)
            : c.Find("mask");
    }

    private static (int Top, int Left, int Bottom, int Right) Around((int Y, int X) padding)
        => (padding.Y, padding.X, padding.Y, padding.X);

    /// <summary>torch counts the sides of a picture from the last axis: left, right, top, bottom.</summary>
    private static (int Top, int Left, int Bottom, int Right) Sides(int[] pad) => (pad[2], pad[0], pad[3], pad[1]);

    private static Tensor Convolve(OpCase c, (int Top, int Left, int Bottom, int Right) padding)
    {
        var options = new ConvOptions
        {
            Stride = c.Pair("stride", 1),
            Dilation = c.Pair("dilation", 1),
            Groups = c.Integer("groups", 1),
            Padding = padding,
        };
        var layer = new Conv2d(c.Input("weight"), c.Find("bias"), options);
        return OfPictures(c, x => layer.Forward(x));
    }

    private static Tensor ConvolveTransposed(OpCase c)
    {
        var options = new ConvTransposeOptions
        {
            Stride = c.Pair("stride", 1),
            Padding = c.Pair("padding", 0),
            OutputPadding = c.Pair("output_padding", 0),
            Dilation = c.Pair("dilation", 1),
            Groups = c.Integer("groups", 1),
        };
        var layer = new ConvTranspose2d(c.Input("weight"), c.Find("bias"), options);
        return OfPictures(c, x => layer.Forward(x));
    }

    private static Tensor NormaliseGroups(OpCase c)
    {
        int channels = c.Input("x").Shape[1];
        var layer = new GroupNorm(c.Find("weight"), c.Find("bias"), channels, c.Integer("groups"), Epsilon(c));
        return OfPictures(c, x => layer.Forward(x));
    }

    private static Tensor NormaliseLayer(OpCase c)
    {
        Tensor x = c.Input("x");
        return new LayerNorm(c.Find("weight"), c.Find("bias"), [x.Shape[-1]], Epsilon(c)).Forward(x);
    }

    private static Tensor Interpolate(OpCase c)
    {
        Interpolation mode = c.Choice("mode", Modes);
        bool alignCorners = c.Flag("align_corners"), antialias = c.Flag("antialias");
        double factor = c.Number("scale_factor", 1);
        return OfPictures(c, x =>
        {
            (int height, int width) = c.Has("size")
                ? c.Pair("size", 0)
                : ((int)(x.Shape[1] * factor), (int)(x.Shape[2] * factor));
            return mode == Interpolation.Nearest
                ? x.UpsampleNearest(height, width)
                : x.Resize(height, width, mode, alignCorners, antialias);
        });
    }

    private static Tensor Pad(OpCase c)
    {
        (int top, int left, int bottom, int right) = Sides(c.Integers("pad"));
        PaddingMode mode = c.Choice("mode", Borders);
        return OfPictures(c, x => x.Pad(top, left, bottom, right, mode));
    }

    private static Tensor Fir(OpCase c, Func<Tensor, Tensor> resample)
    {
        c.Only("kernel", "[1, 3, 3, 1]");
        c.Only("factor", "2");
        c.Only("gain", "1");
        return OfPictures(c, resample);
    }

    /// <summary>Applies to x, [N, C, ..] in the case, what the engine does with [N, .., C].</summary>
    private static Tensor OfPictures(OpCase c, Func<Tensor, Tensor> function)
    {
        Tensor x = c.Input("x"), y = function(x.Permute([0, .. Enumerable.Range(2, x.Shape.Rank - 2), 1]));
        return y.Permute([0, y.Shape.Rank - 1, .. Enumerable.Range(1, y.Shape.Rank - 2)]);
    }

    private static Tensor ConvolveLine(OpCase c)
    {
        var options = new ConvOptions
        {
            Stride = (1, c.Integer("stride", 1)),
            Dilation = (1, c.Integer("dilation", 1)),
            Groups = c.Integer("groups", 1),
            Padding = (0, c.Integer("padding", 0), 0, c.Integer("padding", 0)),
        };
        var layer = new Conv2d(OfOneLine(c.Input("weight")), c.Find("bias"), options);
        return OnOneLine(c, x => layer.Forward(x));
    }

    private static Tensor ConvolveLineTransposed(OpCase c)
    {
        var options = new ConvTransposeOptions { Stride = (1, c.Integer("stride", 1)), Padding = (0, c.Integer("padding", 0)) };
        var layer = new ConvTranspose2d(OfOneLine(c.Input("weight")), c.Find("bias"), options);
        return OnOneLine(c, x => layer.Forward(x));
    }

    /// <summary>[A, B, L] as [A, B, 1, L]</summary>
    private static Tensor OfOneLine(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], 1, x.Shape[2]);

    /// <summary>Applies to x, [N, C, L] in the case, what the engine does with pictures of one line.</summary>
    private static Tensor OnOneLine(OpCase c, Func<Tensor, Tensor> function)
    {
        Tensor y = function(OfOneLine(c.Input("x")).ToChannelsLast()).ToChannelsFirst();
        return y.Reshape(y.Shape[0], y.Shape[1], y.Shape[3]);
    }

    /// <summary>Stride 2 of the transposed convolution, whose kernel is turned, then the filter with gain 4.</summary>
    private static Tensor ConvolveAndFilter(OpCase c, Tensor x)
    {
        Tensor weight = c.Input("weight"), pixels = weight.Reshape(-1, weight.Shape[2], weight.Shape[3], 1);
        Tensor turned = SeparableTaps.Apply(pixels, Reversed(weight.Shape[2]), Reversed(weight.Shape[3]));
        var layer = new ConvTranspose2d(
            turned.Reshape(weight.Shape).Permute(1, 0, 2, 3), bias: null, new ConvTransposeOptions { Stride = (2, 2) });
        return Filter(layer.Forward(x), padding: 1, gain: 2) + c.Input("bias");

        static AxisTaps Reversed(int length) => AxisTaps.Create(length, length, 1, (o, _) => (length - 1 - o, 1));
    }

    private static Tensor FilterAndConvolve(OpCase c, Tensor x)
        => new Conv2d(c.Input("weight"), c.Input("bias"), new ConvOptions { Stride = (2, 2) }).Forward(Filter(x, padding: 2, gain: 1));

    /// <summary>The filter [1, 3, 3, 1] / 8 on both axes, each with a gain, between zeros.</summary>
    private static Tensor Filter(Tensor x, int padding, double gain)
    {
        return SeparableTaps.Apply(x, Axis(x.Shape[1]), Axis(x.Shape[2]));

        AxisTaps Axis(int inputs) => AxisTaps.Create(inputs, inputs + 2 * padding - 3, 4,
            (o, k) => (o + k - padding, gain * (k is 0 or 3 ? 0.125 : 0.375)));
    }

    private static Tensor Cosine(OpCase c)
    {
        Tensor x = c.Input("x"), t = c.Input("t");
        int axis = c.Integer("dim");
        float least = (float)c.Number("eps");
        Tensor y = (x * t).Sum(axis) / (Length(x) * Length(t));
        return y.Reshape(Shape.Create([.. y.Shape.Where((_, i) => i != (axis + y.Shape.Rank) % y.Shape.Rank)]));

        Tensor Length(Tensor v) => (v * v).Sum(axis).Sqrt().Clamp(least, float.MaxValue);
    }

    private static IEnumerable<(string Name, Tensor Value)> Moments(OpCase c)
    {
        Tensor x = c.Input("x"), variance = x.Variance(-1).Reshape(-1);
        double count = x.Shape[-1];
        return [("var_unbiased", variance * (count / (count - 1))), ("var", variance), ("mean", x.Mean(-1).Reshape(-1))];
    }

    private static IEnumerable<(string Name, Tensor Value)> Optimise(OpCase c, double weightDecay)
    {
        (double rate, double epsilon, double[] betas) = (c.Number("lr"), c.Number("eps"), c.Numbers("betas"));
        var parameter = new Parameter("p", c.Input("p"));
        var optimiser = new AdamW([parameter], new AdamWOptions
        {
            Beta1 = betas[0],
            Beta2 = betas[1],
            Epsilon = epsilon,
            WeightDecay = weightDecay,
        });
        for (int step = 0; c.Find($"g{step}") is { } gradient; step++)
        {
            gradient.AsSpan().CopyTo(parameter.Gradient.AsSpan());
            optimiser.Step(rate);
            yield return ($"p{step}", parameter.Value.Clone());
        }
    }
}
