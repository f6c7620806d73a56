namespace Rubato.Imaging;

/// <summary>
/// The middle square of a picture at another size, as CLIP looks at pictures: the shorter side gets the new size by
/// Pillow's bicubic filter, bit for bit, and what the longer one has more is cut off at both ends.
/// </summary>
internal static class CentreSquare
{
    private const int Colours = 3, FractionBits = 22;   // Pillow's weights are integers: 32 bits, less 8 of a pixel and 2 of overshoot
    private const double Reach = 2, Slope = -0.5;        // Keys' cubic

    /// <summary>Resizes and crops.</summary>
    /// <param name="picture">Grey counts as colours, alpha is left out.</param>
    /// <param name="side">Width and height of the result, from 1.</param>
    /// <returns>An RGB picture.</returns>
    public static Picture Of(Picture picture, int side)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        int shorter = Math.Min(picture.Width, picture.Height);
        Taps[] columns = Middle(picture.Width, shorter, side), rows = Middle(picture.Height, shorter, side);
        int top = rows[0].First, bottom = rows[^1].First + rows[^1].Weights.Length;
        Picture colours = picture.ToColour(), narrow = new(side, bottom - top, Colours), square = new(side, side, Colours);

        // Between the two axes pixels are rounded to bytes, as there.
        for (int y = top; y < bottom; y++)
        {
            for (int x = 0; x < side; x++)
                for (int c = 0; c < Colours; c++) narrow.At(x, y - top)[c] = columns[x].Sum(colours.Pixels, y * colours.Stride + c, Colours);
        }

        for (int y = 0; y < side; y++)
            for (int i = 0; i < square.Stride; i++) square.Row(y)[i] = rows[y].Sum(narrow.Pixels, i - top * narrow.Stride, narrow.Stride);
        return square;
    }

    /// <summary>The taps of the middle places of an axis.</summary>
    private static Taps[] Middle(int inputs, int shorter, int side)
    {
        int outputs = (int)((long)side * inputs / shorter), begin = (outputs - side) / 2;
        return [.. Enumerable.Range(begin, side).Select(place => Taps.At(place, inputs, outputs))];
    }

    /// <summary>What a new pixel takes of the old ones along an axis.</summary>
    /// <param name="First">The first pixel that counts.</param>
    /// <param name="Weights">Of it and those behind it, in units of 2^-22.</param>
    private readonly record struct Taps(int First, int[] Weights)
    {
        public static Taps At(int place, int inputs, int outputs)
        {
            double scale = (double)inputs / outputs, stretch = Math.Max(scale, 1), centre = (place + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - Reach * stretch + 0.5)), end = Math.Min(inputs, (int)(centre + Reach * stretch + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(at => Cubic((at - centre + 0.5) * (1 / stretch)))];
            double sum = weights.Sum();
            return new Taps(first, [.. weights.Select(w => (int)Math.Round(w / sum * (1 << FractionBits), MidpointRounding.AwayFromZero))]);
        }

        public byte Sum(byte[] pixels, int begin, int stride)
        {
            long sum = 1 << (FractionBits - 1);
            for (int k = 0; k < Weights.Length; k++) sum += (long)Weights[k] * pixels[begin + (First + k) * stride];
            return (byte)Math.Clamp(sum >> FractionBits, 0, byte.MaxValue);
        }

        private static double Cubic(double d)
        {
            d = Math.Abs(d);
            return d < 1 ? ((Slope + 2) * d - (Slope + 3)) * d * d + 1 : d < 2 ? (((d - 5) * d + 8) * d - 4) * Slope : 0;
        }
    }
}
