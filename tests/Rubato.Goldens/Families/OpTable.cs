using Rubato.Tensors;
using Rubato.Tensors.Layers;
using static Rubato.Goldens.OpConvolutions;
using static Rubato.Goldens.OpFunctions;

namespace Rubato.Goldens;

/// <summary>The operations that there are, by the names of the cases. Images are [N, C, H, W] there.</summary>
internal static class OpTable
{
    /// <summary>Every operation: from its arguments to its results.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> ByName = Build();

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
}
