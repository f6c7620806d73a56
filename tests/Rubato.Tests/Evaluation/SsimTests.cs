using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Tests.Evaluation;

public sealed class SsimTests
{
    private const double C1 = 6.5025, C2 = 58.5225;   // (0.01 * 255)^2, (0.03 * 255)^2

    [Fact]
    public void A_picture_is_like_itself()
        => Assert.Equal(1, Ssim.Of(Waves(0, 3), Waves(0, 3)), 1e-12);

    [Theory]
    [InlineData(100, 120)]
    [InlineData(0, 255)]
    public void Even_pictures_differ_in_luminance_alone(byte a, byte b)
        => Assert.Equal((2.0 * a * b + C1) / (a * a + b * b + C1), Ssim.Of(Even(a), Even(b)), 1e-9);

    [Fact]
    public void A_shift_in_brightness_leaves_structure()
    {
        // Adding d to every pixel leaves variances and covariance: only the luminance term is below 1.
        Picture dark = Waves(0, 1), bright = new(dark.Width, dark.Height, 1,
            [.. dark.Pixels.Select(p => (byte)(p + 20))]);
        Assert.Equal(Direct(dark, bright), Ssim.Of(dark, bright), 1e-10);
        Assert.InRange(Ssim.Of(dark, bright), 0.9, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_separable_windows_equal_the_plain_sum_over_121_pixels(int channels)
        => Assert.Equal(Direct(Waves(0, channels), Waves(1.3, channels)),
            Ssim.Of(Waves(0, channels), Waves(1.3, channels)), 1e-10);

    [Fact]
    public void A_picture_smaller_than_the_window_is_refused()
        => Assert.Throws<ArgumentException>(() => Ssim.Of(new Picture(10, 20, 1), new Picture(10, 20, 1)));

    /// <summary>The paper's definition, word by word: central moments under a two-dimensional window at every place.</summary>
    private static double Direct(Picture a, Picture b)
    {
        double total = 0;
        int places = 0;
        var w = new double[11, 11];
        double mass = 0;
        for (int i = 0; i < 11; i++)
            for (int j = 0; j < 11; j++) mass += w[i, j] = Math.Exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / 4.5);
        for (int c = 0; c < a.Channels; c++)
        {
            for (int y = 0; y + 11 <= a.Height; y++)
            {
                for (int x = 0; x + 11 <= a.Width; x++, places++)
                {
                    double ma = Mean((i, j) => a.At(x + j, y + i)[c]), mb = Mean((i, j) => b.At(x + j, y + i)[c]);
                    double va = Mean((i, j) => Math.Pow(a.At(x + j, y + i)[c] - ma, 2));
                    double vb = Mean((i, j) => Math.Pow(b.At(x + j, y + i)[c] - mb, 2));
                    double cov = Mean((i, j) => (a.At(x + j, y + i)[c] - ma) * (b.At(x + j, y + i)[c] - mb));
                    total += (2 * ma * mb + C1) / (ma * ma + mb * mb + C1) * ((2 * cov + C2) / (va + vb + C2));
                }
            }
        }

        return total / places;

        double Mean(Func<int, int, double> value)
        {
            double sum = 0;
            for (int i = 0; i < 11; i++)
                for (int j = 0; j < 11; j++) sum += w[i, j] * value(i, j) / mass;
            return sum;
        }
    }

    private static Picture Even(byte level)
    {
        var picture = new Picture(12, 11, 1);
        picture.Pixels.AsSpan().Fill(level);
        return picture;
    }

    private static Picture Waves(double phase, int channels)
    {
        var picture = new Picture(17, 14, channels);
        for (int i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(110 + 100 * Math.Sin(0.37 * i + phase) * Math.Cos(0.011 * i));
        return picture;
    }
}
