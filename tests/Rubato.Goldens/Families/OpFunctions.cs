using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Layers;

namespace Rubato.Goldens;

/// <summary>Operations that are called otherwise by the cases than here.</summary>
internal static class OpFunctions
{
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

    public static float Epsilon(OpCase c) => (float)c.Number("eps");

    public static Tensor Rows(OpCase c)
    {
        GoldenTensor ids = c.Stored("ids")!;
        Tensor weight = c.Input("weight");
        Tensor rows = new Embedding(weight).Forward(Array.ConvertAll(ids.Integers(), id => (int)id));
        return rows.Reshape(Shape.Create([.. ids.Shape.Append(weight.Shape[1])]));
    }

    public static Tensor Attend(OpCase c)
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

    public static Tensor NormaliseGroups(OpCase c)
    {
        int channels = c.Input("x").Shape[1];
        var layer = new GroupNorm(c.Find("weight"), c.Find("bias"), channels, c.Integer("groups"), Epsilon(c));
        return OfPictures(c, x => layer.Forward(x));
    }

    public static Tensor NormaliseLayer(OpCase c)
    {
        Tensor x = c.Input("x");
        return new LayerNorm(c.Find("weight"), c.Find("bias"), [x.Shape[-1]], Epsilon(c)).Forward(x);
    }

    public static Tensor Interpolate(OpCase c)
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

    public static Tensor Pad(OpCase c)
    {
        (int top, int left, int bottom, int right) = OpConvolutions.Sides(c.Integers("pad"));
        PaddingMode mode = c.Choice("mode", Borders);
        return OfPictures(c, x => x.Pad(top, left, bottom, right, mode));
    }

    public static Tensor Fir(OpCase c, Func<Tensor, Tensor> resample)
    {
        c.Only("kernel", "[1, 3, 3, 1]");
        c.Only("factor", "2");
        c.Only("gain", "1");
        return OfPictures(c, resample);
    }

    /// <summary>Applies to x, [N, C, ..] in the case, what the engine does with [N, .., C].</summary>
    public static Tensor OfPictures(OpCase c, Func<Tensor, Tensor> function)
    {
        Tensor x = c.Input("x"), y = function(x.Permute([0, .. Enumerable.Range(2, x.Shape.Rank - 2), 1]));
        return y.Permute([0, y.Shape.Rank - 1, .. Enumerable.Range(1, y.Shape.Rank - 2)]);
    }

    public static Tensor Cosine(OpCase c)
    {
        Tensor x = c.Input("x"), t = c.Input("t");
        int axis = c.Integer("dim");
        float least = (float)c.Number("eps");
        Tensor y = (x * t).Sum(axis) / (Length(x) * Length(t));
        return y.Reshape(Shape.Create([.. y.Shape.Where((_, i) => i != (axis + y.Shape.Rank) % y.Shape.Rank)]));

        Tensor Length(Tensor v) => (v * v).Sum(axis).Sqrt().Clamp(least, float.MaxValue);
    }

    public static IEnumerable<(string Name, Tensor Value)> Moments(OpCase c)
    {
        Tensor x = c.Input("x"), variance = x.Variance(-1).Reshape(-1);
        double count = x.Shape[-1];
        return [("var_unbiased", variance * (count / (count - 1))), ("var", variance), ("mean", x.Mean(-1).Reshape(-1))];
    }

    public static IEnumerable<(string Name, Tensor Value)> Optimise(OpCase c, double weightDecay)
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
