namespace Rubato.Imaging;

/// <summary>Pictures at another size: each new pixel is the mean of the area that it covers.</summary>
public static class AreaAverage
{
    /// <summary>The middle of a picture, as large as fits the new form, at the new size.</summary>
    /// <param name="picture">Colours are averaged as stored; where there is alpha, weighted with it.</param>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <returns>A grey or RGB picture; what is transparent lies on white, as on paper.</returns>
    public static Picture Fit(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        double scale = Math.Min((double)picture.Width / width, (double)picture.Height / height);
        Weights columns = Weights.Of(picture.Width, width, scale), rows = Weights.Of(picture.Height, height, scale);
        var result = new Picture(width, height, picture.Channels < 3 ? 1 : 3);
        double[] sum = new double[result.Channels];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Array.Clear(sum);
                foreach ((int row, double down) in rows[y])
                    foreach ((int column, double across) in columns[x]) Add(sum, picture.At(column, row), down * across);
                for (int c = 0; c < sum.Length; c++)
                    result.At(x, y)[c] = (byte)Math.Clamp(Math.Round(sum[c]), 0, byte.MaxValue);
            }
        }

        return result;
    }

    private static void Add(double[] sum, ReadOnlySpan<byte> pixel, double weight)
    {
        double opaque = pixel.Length == sum.Length ? 1 : pixel[^1] / (double)byte.MaxValue;
        for (int c = 0; c < sum.Length; c++) sum[c] += weight * (opaque * pixel[c] + (1 - opaque) * byte.MaxValue);
    }

    /// <summary>What each new pixel of an axis takes of the old ones; the parts of a pixel add up to 1.</summary>
    private sealed class Weights(List<(int Index, double Part)>[] parts)
    {
        public IReadOnlyList<(int Index, double Part)> this[int pixel] => parts[pixel];

        public static Weights Of(int from, int to, double scale)
        {
            double start = (from - to * scale) / 2;
            var parts = new List<(int, double)>[to];
            for (int i = 0; i < to; i++)
            {
                double left = start + i * scale, right = left + scale;
                parts[i] = [];
                for (int j = (int)Math.Max(0, Math.Floor(left)); j < from && j < right; j++)
                {
                    double part = (Math.Min(right, j + 1) - Math.Max(left, j)) / scale;
                    if (part > 0) parts[i].Add((j, part));
                }
            }

            return new Weights(parts);
        }
    }
}
