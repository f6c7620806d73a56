using System.Text.Json;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Goldens;

/// <summary>
/// Operations of the engine. A case holds many, each a unit of its own; images are [N, C, H, W] there. Results are
/// compared, gradients are not: there are none yet.
/// </summary>
internal sealed class Ops(IReadOnlyDictionary<string, Func<OpCase, Tensor>> operations) : IFamily
{
    private const string Result = "y", Gradient = "grad.";

    /// <summary>Every operation that there is: from its arguments to its result y.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OpCase, Tensor>> ByName =
        new Dictionary<string, Func<OpCase, Tensor>>(StringComparer.Ordinal)
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
            ["geglu_split"] = c => c.Input("x").Geglu(),
            ["softmax"] = c => c.Input("x").Softmax(c.Integer("dim")),

            ["linear"] = c => new Linear(c.Input("weight"), c.Find("bias")).Forward(c.Input("x")),
            ["matmul"] = c => c.Input("a").MatMul(c.Input("b")),
            ["embedding"] = Rows,
            ["attention"] = Attend,

            ["conv2d"] = c => Convolve(c, Around(c.Pair("padding", 0))),
            ["conv2d_pad_asym"] = c => Convolve(c, Sides(c.Integers("pad"))),
            ["conv_transpose2d"] = ConvolveTransposed,

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

            ["timestep_embedding"] = c => SinusoidalEmbedding.Of(
                c.Input("t").AsSpan(), c.Integer("dim"), c.Flag("flip_sin_to_cos"),
                c.Integer("downscale_freq_shift"), c.Integer("scale")),
            ["gaussian_fourier"] = c => SinusoidalEmbedding.Fourier(
                c.Input("t").AsSpan(), c.Input("weight"), c.Flag("flip_sin_to_cos"), c.Flag("log")),
        };

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

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        foreach (JsonElement entry in golden.Json.GetProperty("cases").EnumerateArray())
        {
            var operation = new OpCase(golden, entry);
            string name = $"{golden.Name} {entry.GetProperty("id").GetString()} {operation.Operation}";
            JsonElement outputs = entry.GetProperty("outputs");
            yield return new Unit(name, [.. outputs.EnumerateObject().Select(output => output.Name)],
                comparison => Run(operation, comparison, outputs, golden, entry));
        }
    }

    private void Run(OpCase operation, Comparison comparison, JsonElement outputs, GoldenCase golden, JsonElement entry)
    {
        Tensor y = operations.Find("ops", "operation", operation.Operation)(operation);
        operation.EndOptions();
        GoldenTensor want = golden[outputs.GetProperty(Result).GetString()!];
        comparison.Check(Result, y, want, GoldenCase.Tolerance(entry, Result));
        foreach (JsonProperty output in outputs.EnumerateObject())
        {
            if (output.Name.StartsWith(Gradient, StringComparison.Ordinal))
                comparison.LeaveOut(output.Name, "gradients");
        }
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
            : mask.ToTensor();
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
}
