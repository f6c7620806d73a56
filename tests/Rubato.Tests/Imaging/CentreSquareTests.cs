using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

/// <summary>The results in <c>Squares</c> are Pillow's; see the script beside them.</summary>
public sealed class CentreSquareTests
{
    [Theory]
    [InlineData(60, 41, 24)]
    [InlineData(10, 13, 24)]
    [InlineData(3, 50, 16)]
    [InlineData(301, 7, 5)]
    [InlineData(24, 24, 24)]
    [InlineData(32, 32, 40)]
    public void Squares_have_the_bytes_of_Pillow(int width, int height, int side)
        => Assert.Equal(
            Png.Read(TestFolder.Source(Path.Combine("Imaging", "Squares", $"{width}x{height}-{side}.png"))).Pixels,
            CentreSquare.Of(Waves(width, height), side).Pixels);

    [Fact]
    public void Grey_counts_as_colours_and_alpha_is_left_out()
    {
        Picture colours = Waves(13, 9), grey = new(13, 9, 1), alpha = new(13, 9, 4);
        for (int i = 0; i < grey.Pixels.Length; i++) grey.Pixels[i] = colours.Pixels[3 * i];
        for (int i = 0; i < alpha.Pixels.Length; i++) alpha.Pixels[i] = i % 4 == 3 ? (byte)i : colours.Pixels[i / 4 * 3 + i % 4];
        Assert.Equal(CentreSquare.Of(grey.ToColour(), 8).Pixels, CentreSquare.Of(grey, 8).Pixels);
        Assert.Equal(CentreSquare.Of(colours, 8).Pixels, CentreSquare.Of(alpha, 8).Pixels);
    }

    [Fact]
    public void A_line_of_many_pixels_takes_no_more_memory_than_its_middle()
    {
        var line = new Picture(1, 1_000_000, 3);
        line.Fill(line.Area, [9, 8, 7]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([9, 8, 7], CentreSquare.Of(line, 224).At(111, 111).ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static Picture Waves(int width, int height)
    {
        var picture = new Picture(width, height, 3);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width, c = i % 3;
            picture.Pixels[i] = (byte)(7 * x * x + 13 * y * (c + 1) + 3 * x * y + 50 * c);
        }

        return picture;
    }
}
