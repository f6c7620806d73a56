using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class PictureTests
{
    [Fact]
    public void Filling_paints_the_area_and_nothing_else()
    {
        var picture = new Picture(4, 3, 2);
        picture.Fill(new PictureArea(1, 1, 2, 2), [7, 9]);
        Assert.Equal([
            0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 7, 9, 7, 9, 0, 0,
            0, 0, 7, 9, 7, 9, 0, 0], picture.Pixels);
    }

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(0, 0, 5, 1)]
    [InlineData(4, 0, 1, 1)]
    [InlineData(0, 2, 1, 2)]
    [InlineData(1, 1, int.MaxValue, 1)]
    [InlineData(0, 0, -1, 1)]
    public void An_area_beyond_the_picture_is_refused(int x, int y, int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Picture(4, 3, 1).Fill(new PictureArea(x, y, width, height), [1]));

    [Fact]
    public void Enlarging_repeats_pixels() => Assert.Equal(
        [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2], new Picture(2, 1, 1, [1, 2]).Enlarge(3).Pixels);

    [Fact]
    public void Enlarging_keeps_channels_together() => Assert.Equal(
        [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], new Picture(1, 1, 3, [1, 2, 3]).Enlarge(2).Pixels);

    [Fact]
    public void A_grid_has_borders_and_its_last_row_may_stay_short()
    {
        Picture grid = PictureGrid.Arrange(
            [new Picture(1, 1, 1, [1]), new Picture(1, 1, 1, [2]), new Picture(1, 1, 1, [3])], 2, 1, [9]);
        Assert.Equal((5, 5), (grid.Width, grid.Height));
        Assert.Equal([
            9, 9, 9, 9, 9,
            9, 1, 9, 2, 9,
            9, 9, 9, 9, 9,
            9, 3, 9, 9, 9,
            9, 9, 9, 9, 9], grid.Pixels);
    }

    [Theory]
    [InlineData(14, 2, "AB")]
    [InlineData(13, 1, "AB")]
    [InlineData(14, 1, "A\nABC")]   // the longest line decides
    [InlineData(6, 1, "AB")]         // only A fits
    public void Captions_are_as_large_as_lets_all_lines_fit(int width, int scale, string caption)
    {
        Picture grid = PictureGrid.Arrange([new Picture(width, 1, 1)], 1, 1, [9], [caption]);
        string[] lines = caption.Split('\n');
        int lineHeight = 5 * scale + 1;
        Assert.Equal((width + 2, 1 + 1 + 1 + lines.Length * lineHeight), (grid.Width, grid.Height));
        for (int n = 0; n < lines.Length; n++)
        {
            // The middle of A's upper edge is white, and of the first line's scale; the border has its colour below each line.
            int top = 3 + n * lineHeight;
            Assert.Equal([9, byte.MaxValue], new[] { 1, 1 + scale }.Select(x => grid.Pixels[top * grid.Width + x]));
            Assert.All(Enumerable.Range(0, grid.Width), x => Assert.Equal(9, grid.Pixels[(top + lineHeight - 1) * grid.Width + x]));
        }
    }

    [Fact]
    public void A_grid_takes_pictures_of_one_size()
    {
        Assert.Throws<ArgumentException>(() => PictureGrid.Arrange([], 1, 0, [0]));
        Assert.Throws<ArgumentException>(() => PictureGrid.Arrange([new(1, 1, 1), new(2, 1, 1)], 2, 0, [0]));
        Assert.Throws<ArgumentException>(() => PictureGrid.Arrange([new(1, 1, 1), new(1, 1, 3)], 2, 0, [0]));
    }

    [Fact]
    public void A_difference_is_scaled_rounded_and_held()
    {
        Picture difference = Difference.Absolute(
            new Picture(2, 1, 4, [10, 0, 255, 1, 5, 5, 5, 2]), new Picture(2, 1, 4, [13, 100, 0, 9, 5, 5, 4, 8]), 2.5);
        Assert.Equal(3, difference.Channels);
        Assert.Equal([8, 250, 255, 0, 0, 3], difference.Pixels);
    }

    [Fact]
    public void Pictures_of_other_sizes_have_no_difference() => Assert.Throws<ArgumentException>(
        () => Difference.Absolute(new Picture(1, 2, 1), new Picture(2, 1, 1)));

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 5)]
    public void A_picture_has_pixels_and_one_to_four_channels(int width, int height, int channels)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Picture(width, height, channels));
        Assert.Throws<ArgumentException>(() => new Picture(1, 1, 3, new byte[4]));
        Assert.Throws<OverflowException>(() => new Picture(1 << 16, 1 << 16, 1));
    }
}
