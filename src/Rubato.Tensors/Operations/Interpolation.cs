using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>How a pixel of another size is made. Sizes and borders are those of PyTorch's <c>interpolate</c>.</summary>
public enum Interpolation
{
    /// <summary>The source at floor(place * old size / new size).</summary>
    Nearest,

    /// <summary>The source at floor((place + 1/2) * old size / new size).</summary>
    NearestExact,

    /// <summary>Linear on both axes.</summary>
    Bilinear,

    /// <summary>Keys' cubic on both axes; with a = -3/4, antialiased -1/2.</summary>
    Bicubic,

    /// <summary>The mean of the pixels that are covered, whole.</summary>
    Area,
}

/// <summary>Pictures [N, H, W, C] in any size.</summary>
public static class Interpolations
{
    /// <summary>The picture in another size.</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <param name="mode">How.</param>
    /// <param name="alignCorners">Bilinear and bicubic: the centres of the corner pixels stay in their places.</param>
    /// <param name="antialias">Bilinear and bicubic: the filter widens when the picture shrinks.</param>
    /// <returns>[N, height, width, C]</returns>
    public static Tensor Resize(
        this Tensor x, int height, int width, Interpolation mode, bool alignCorners = false, bool antialias = false)
    {
        Resampling.Check(x, height, width);
        return SeparableTaps.Apply(x, Axis(x.Shape[1], height), Axis(x.Shape[2], width));

        AxisTaps Axis(int inputs, int outputs) => mode switch
        {
            Interpolation.Nearest => AxisTaps.Create(inputs, outputs, 1, (o, _) => ((int)((long)o * inputs / outputs), 1)),
            Interpolation.NearestExact => AxisTaps.Create(inputs, outputs, 1, (o, _) => ((int)((2L * o + 1) * inputs / (2L * outputs)), 1)),
            Interpolation.Area => Area(inputs, outputs),
            Interpolation.Bilinear => antialias ? Antialiased(inputs, outputs, 1, Triangle) : Linear(inputs, outputs, alignCorners),
            Interpolation.Bicubic => antialias ? Antialiased(inputs, outputs, 2, d => Cubic(d, -0.5)) : Cubics(inputs, outputs, alignCorners),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "is no interpolation"),
        };
    }

    /// <summary>Where the centre of an output pixel lies among the inputs.</summary>
    private static double Place(int o, int inputs, int outputs, bool alignCorners)
        => alignCorners ? outputs == 1 ? 0 : (double)o * (inputs - 1) / (outputs - 1) : (o + 0.5) * inputs / outputs - 0.5;

    private static AxisTaps Linear(int inputs, int outputs, bool alignCorners) => AxisTaps.Create(inputs, outputs, 2, (o, k) =>
    {
        double place = Math.Max(0, Place(o, inputs, outputs, alignCorners));
        int first = Math.Min((int)place, inputs - 1);
        double rest = place - first;
        return k == 0 ? (first, 1 - rest) : (Math.Min(first + 1, inputs - 1), rest);
    });

    private static AxisTaps Cubics(int inputs, int outputs, bool alignCorners) => AxisTaps.Create(inputs, outputs, 4, (o, k) =>
    {
        double place = Place(o, inputs, outputs, alignCorners), first = Math.Floor(place);
        int at = (int)first + k - 1;
        return (Math.Clamp(at, 0, inputs - 1), Cubic(place - at, -0.75));
    });

    private static AxisTaps Area(int inputs, int outputs) => AxisTaps.Create(inputs, outputs, inputs / outputs + 2, (o, k) =>
    {
        int begin = (int)((long)o * inputs / outputs), end = (int)(((o + 1L) * inputs + outputs - 1) / outputs);
        return begin + k < end ? (begin + k, 1.0 / (end - begin)) : (-1, 0);
    });

    private static AxisTaps Antialiased(int inputs, int outputs, double support, Func<double, double> filter)
    {
        double scale = (double)inputs / outputs, stretch = Math.Max(scale, 1), reach = support * stretch;
        return AxisTaps.Create(inputs, outputs, (int)Math.Ceiling(reach) * 2 + 1, (o, k) =>
        {
            double centre = scale * (o + 0.5), total = 0;
            int begin = Math.Max((int)(centre - reach + 0.5), 0), end = Math.Min((int)(centre + reach + 0.5), inputs);
            for (int at = begin; at < end; at++) total += filter((at - centre + 0.5) / stretch);
            return begin + k < end ? (begin + k, filter((begin + k - centre + 0.5) / stretch) / total) : (-1, 0);
        });
    }

    private static double Triangle(double d) => Math.Max(0, 1 - Math.Abs(d));

    /// <summary>R. Keys 1981, with the slope a at distance 1.</summary>
    private static double Cubic(double d, double a)
    {
        d = Math.Abs(d);
        return d < 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
            : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }
}
