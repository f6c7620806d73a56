using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Pictures [N, H, W, C] in another size.</summary>
public static class Resampling
{
    /// <summary>Every pixel of the result is that of the source at floor(place * old size / new size).</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <returns>[N, height, width, C]</returns>
    public static Tensor UpsampleNearest(this Tensor x, int height, int width)
        => x.Resize(height, width, Interpolation.Nearest);

    /// <summary>Means over square windows; what lies outside of the picture does not count.</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="kernel">Side of a window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="ceilMode">Whether a window that only begins inside counts; its mean is over the pixels that exist.</param>
    /// <param name="padding">Pixels that windows reach beyond the picture; at most half of the side.</param>
    /// <returns>[N, H', W', C]</returns>
    public static Tensor AveragePool2d(this Tensor x, int kernel, int stride, bool ceilMode = false, int padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        Check(x, 1, 1);
        if (!ceilMode && Math.Min(x.Shape[1], x.Shape[2]) + 2 * padding < kernel)
            throw new ArgumentException($"A window of {kernel} pixels does not fit in {x.Shape}.", nameof(kernel));
        return SeparableTaps.Apply(x, Windows(x.Shape[1]), Windows(x.Shape[2]));

        AxisTaps Windows(int inputs)
        {
            int outputs = Math.Max(0, inputs + 2 * padding - kernel + (ceilMode ? stride - 1 : 0)) / stride + 1;
            if ((outputs - 1) * stride >= inputs + padding) outputs--;   // a window must begin inside
            return AxisTaps.Create(inputs, outputs, kernel, (o, k) =>
            {
                int begin = o * stride - padding, pixels = Math.Min(inputs, begin + kernel) - Math.Max(0, begin);
                return (begin + k, 1.0 / pixels);
            });
        }
    }

    /// <summary>Twice the size, by zeros between the pixels and the filter [1, 3, 3, 1] / 4 on both axes.</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <returns>[N, 2 H, 2 W, C]</returns>
    public static Tensor FirUpsample2d(this Tensor x)
    {
        Check(x, 1, 1);
        return SeparableTaps.Apply(x, Filter(x.Shape[1]), Filter(x.Shape[2]));

        // Place o reads the stretched line from o - 2 to o + 1; the even places of it hold pixels.
        static AxisTaps Filter(int inputs) => AxisTaps.Create(inputs, 2 * inputs, 2, (o, k) => (o % 2, k) switch
        {
            (0, 0) => (o / 2 - 1, 0.25),
            (0, _) => (o / 2, 0.75),
            (_, 0) => (o / 2, 0.75),
            _ => (o / 2 + 1, 0.25),
        });
    }

    /// <summary>Half the size, by the filter [1, 3, 3, 1] / 8 on both axes and every second place.</summary>
    /// <param name="x">[N, H, W, C], H and W at least 2.</param>
    /// <returns>[N, H / 2, W / 2, C]</returns>
    public static Tensor FirDownsample2d(this Tensor x)
    {
        Check(x, 1, 1);
        return SeparableTaps.Apply(x, Filter(x.Shape[1]), Filter(x.Shape[2]));

        static AxisTaps Filter(int inputs)
            => AxisTaps.Create(inputs, inputs / 2, 4, (o, k) => (2 * o - 1 + k, k is 0 or 3 ? 0.125 : 0.375));
    }

    internal static void Check(Tensor x, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (x.Shape.Rank != 4) throw new ArgumentException($"Pictures [N, H, W, C] were expected, not {x.Shape}.", nameof(x));
    }
}
