namespace Rubato.Tensors.Kernels;

/// <summary>
/// The bfloat16 product, whose sums have one order in every kernel set: that of the tile unit of newer x86 processors.
/// K is cut into steps of 32, filled up with zeros; the numbers of a convolution's tap fill whole steps, taps follow row
/// by row. Within a step even and odd k are summed apart, each from zero and ascending; then sum = sum + (even + odd),
/// in float32. A product of two bfloat16 numbers is exact in float32, so fused or not makes no difference.
/// Bias, residual and activation follow in this order: y = activation((sum + bias) + residual).
/// </summary>
internal static class BFloat16
{
    /// <summary>Numbers that are summed apart before they meet the sum.</summary>
    public const int Step = 32;

    /// <summary>Steps that so many numbers fill.</summary>
    public static int Steps(int count) => (count + Step - 1) / Step;

    /// <summary>The specification: one output of a product, of numbers that are rounded already.</summary>
    /// <param name="left">A row, in whole steps.</param>
    /// <param name="right">A column, as long.</param>
    public static float Sum(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float sum = 0;
        for (int step = 0; step < left.Length; step += Step)
        {
            float even = 0, odd = 0;
            for (int k = step; k < step + Step; k += 2)
            {
                even += left[k] * right[k];
                odd += left[k + 1] * right[k + 1];
            }

            sum += even + odd;
        }

        return sum;
    }

    /// <summary>The upper half of a float32, rounded to nearest, ties to even; what is not a number stays so.</summary>
    public static ushort Round(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        if (float.IsNaN(x)) return (ushort)((bits >> 16) | 0x40);   // quiet: rounding could make it infinite
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
