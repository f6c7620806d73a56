using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Tests.Evaluation;

public sealed class PsnrTests
{
    [Theory]
    [InlineData(0, 255, 0)]                      // nothing in common: MSE is the peak's square
    [InlineData(100, 101, 48.1308036086791)]     // 20 log10(255)
    [InlineData(40, 50, 28.1308036086791)]       // 20 log10(25.5)
    public void Even_pictures_differ_by_the_closed_form(byte a, byte b, double decibels)
        => Assert.Equal(decibels, Psnr.Of(Even(a), Even(b)), 1e-10);

    [Fact]
    public void One_pixel_of_four_counts_a_quarter()
    {
        Picture other = Even(10);
        other.Pixels[2] = 20;
        Assert.Equal(10 * Math.Log10(255.0 * 255 / (100.0 / 4)), Psnr.Of(Even(10), other), 1e-12);
    }

    [Fact]
    public void Equal_pictures_are_infinitely_alike_and_count_as_the_cap()
    {
        Assert.Equal(double.PositiveInfinity, Psnr.Of(Even(7), Even(7)));
        Assert.Equal(60, Psnr.Capped(Even(7), Even(7)));
        Assert.Equal(Psnr.Of(Even(7), Even(9)), Psnr.Capped(Even(7), Even(9)));
    }

    [Fact]
    public void Pictures_of_different_sizes_are_refused()
        => Assert.Contains("2 x 2 x 1 and 2 x 2 x 3", Assert.Throws<ArgumentException>(()
            => Psnr.Of(Even(0), new Picture(2, 2, 3))).Message,
            StringComparison.Ordinal);

    private static Picture Even(byte level) => new(2, 2, 1, [level, level, level, level]);
}
