using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>
/// The covariance of all bytes of a picture, at the scale x / 127.5 - 1. Products of bytes are whole numbers and are summed
/// without rounding, so every machine finds the same.
/// </summary>
internal static class PictureCovariance
{
    // 255 * 255 * 256 is below 2^24: sums of so many products are exact in float32.
    private const int Chunk = 256;
    private const double Scale = 127.5;

    /// <summary>[P, P] for pictures of P bytes; the divisor is their number.</summary>
    public static double[] Of(TrainingPictures pictures)
    {
        int axes = pictures.PictureBytes;
        double[] products = new double[checked(axes * axes)], sums = new double[axes];
        for (int first = 0; first < pictures.Count; first += Chunk)
            Add(pictures, first, Math.Min(Chunk, pictures.Count - first), products, sums);

        for (int i = 0; i < axes; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double covariance = (products[i * axes + j] - sums[i] * sums[j] / pictures.Count) / pictures.Count / (Scale * Scale);
                products[i * axes + j] = products[j * axes + i] = covariance;
            }
        }

        return products;
    }

    private static void Add(TrainingPictures pictures, int first, int count, double[] products, double[] sums)
    {
        using Scope scope = Scope.Begin();
        int axes = sums.Length;
        Tensor rows = Tensor.Empty([count, axes]);
        Span<float> values = rows.AsSpan();
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<byte> pixels = pictures.Pixels(first + n);
            for (int i = 0; i < axes; i++)
            {
                values[n * axes + i] = pixels[i];
                sums[i] += pixels[i];
            }
        }

        ReadOnlySpan<float> product = rows.Permute(1, 0).MatMul(rows).AsSpan();
        for (int i = 0; i < axes; i++)
            for (int j = 0; j <= i; j++) products[i * axes + j] += product[i * axes + j];
    }
}
