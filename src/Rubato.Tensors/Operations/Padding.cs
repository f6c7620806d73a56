using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>What stands beyond the border of a picture.</summary>
public enum PaddingMode
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The picture mirrored at its outermost pixels, which are not repeated.</summary>
    Reflect,

    /// <summary>The outermost pixels.</summary>
    Replicate,

    /// <summary>The opposite side.</summary>
    Circular,
}

/// <summary>Pictures [N, H, W, C] with a border.</summary>
public static class Padding
{
    /// <summary>The picture with further lines and columns.</summary>
    /// <param name="x">[N, H, W, C]</param>
    /// <param name="top">Lines above.</param>
    /// <param name="left">Columns before.</param>
    /// <param name="bottom">Lines below.</param>
    /// <param name="right">Columns after.</param>
    /// <param name="mode">What they hold.</param>
    /// <returns>[N, top + H + bottom, left + W + right, C]</returns>
    /// <exception cref="ArgumentException">The picture is too small to be mirrored or repeated that far.</exception>
    public static Tensor Pad(this Tensor x, int top, int left, int bottom, int right, PaddingMode mode)
    {
        Resampling.Check(x, 1, 1);
        return SeparableTaps.Apply(x, Axis(x.Shape[1], top, bottom), Axis(x.Shape[2], left, right));

        AxisTaps Axis(int inputs, int before, int after)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(before);
            ArgumentOutOfRangeException.ThrowIfNegative(after);
            int most = mode switch { PaddingMode.Reflect => inputs - 1, PaddingMode.Circular => inputs, _ => int.MaxValue };
            if (Math.Max(before, after) > most)
                throw new ArgumentException($"{mode} padding of {Math.Max(before, after)} needs a larger picture than {x.Shape}.");
            return AxisTaps.Create(inputs, before + inputs + after, 1, (o, _) => (Source(o - before, inputs), 1));
        }

        int Source(int at, int inputs) => mode switch
        {
            PaddingMode.Zeros => at,   // beyond the input a tap reads zeros
            PaddingMode.Reflect => at < 0 ? -at : at < inputs ? at : 2 * (inputs - 1) - at,
            PaddingMode.Replicate => Math.Clamp(at, 0, inputs - 1),
            PaddingMode.Circular => (at + inputs) % inputs,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "is no padding"),
        };
    }
}
