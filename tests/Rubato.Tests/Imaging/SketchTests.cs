using FsCheck;
using FsCheck.Fluent;
using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class SketchTests
{
    [Fact]
    public void A_step_of_brightness_is_a_line_on_both_of_its_sides()
    {
        Picture photo = Of(8, 6, (x, _) => x < 4 ? (byte)30 : (byte)200);
        Assert.Equal(["...##...", "...##...", "...##...", "...##...", "...##...", "...##..."], Rows(Sketch.OfPhoto(photo)));
    }

    [Fact]
    public void What_is_fainter_than_a_fifth_of_the_strongest_edge_is_no_line()
    {
        // Steps of 100, 25 and 15: the Sobel lengths are 400, 100 and 60.
        Picture photo = Of(12, 5, (x, _) => (byte)(x < 3 ? 20 : x < 6 ? 120 : x < 9 ? 145 : 160));
        Assert.Equal("..##.##.....", Rows(Sketch.OfPhoto(photo))[2]);
    }

    [Fact]
    public void One_colour_has_no_outlines_and_its_border_is_none()
    {
        Assert.Equal(0, Sketch.OfPhoto(Of(7, 5, (_, _) => 90)).Density);
        Assert.Equal(0, Sketch.OfPhoto(new Picture(1, 1, 3)).Density);
    }

    [Fact]
    public void Colours_count_by_their_luminance()
    {
        // Red 0.299 x 200 and green 0.587 x 101.87 are equally bright: between them there is no edge.
        var photo = new Picture(4, 4, 3);
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 4; x++) photo.At(x, y)[x < 2 ? 0 : 1] = x < 2 ? (byte)200 : (byte)102;
        }

        photo.At(0, 0)[2] = 255;   // blue: 0.114 x 255
        Assert.Equal(["##..", "##..", "....", "...."], Rows(Sketch.OfPhoto(photo)));
    }

    [Fact]
    public void A_mirrored_photo_has_the_mirrored_sketch() => Prop.ForAll<byte[]>(bytes =>
    {
        Picture photo = Of(6, 5, (x, y) => bytes.Length == 0 ? (byte)0 : bytes[(y * 6 + x) % bytes.Length]);
        return Rows(Sketch.OfPhoto(photo.Mirrored())).SequenceEqual(Rows(Sketch.OfPhoto(photo).Mirrored()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_drawing_of_the_samples_size_keeps_its_lines() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        bool[] lines = [.. Enumerable.Range(0, 32 * 32).Select(_ => random.NextDouble() < 0.3)];
        return LineDrawing.Read(new Sketch(32, 32, lines).ToPicture(), 32, 32)!.Lines.SequenceEqual(lines);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Thin_lines_of_a_large_drawing_survive_ink_on_paper_and_chalk_on_slate(bool chalk)
    {
        Picture drawing = Of(512, 256, (x, y) => Math.Abs(x - 256) < 2 || Math.Abs(y - 100) < 2 ? (byte)(chalk ? 240 : 20) : (byte)(chalk ? 10 : 250));
        Sketch sketch = LineDrawing.Read(drawing, 32, 32)!;

        // The middle square of 256 x 256, eight pixels to one: a column in its middle, a row at 100 / 8.
        Assert.All(Enumerable.Range(0, 32), y => Assert.True(sketch.Lines[y * 32 + 15] && sketch.Lines[y * 32 + 16]));
        Assert.All(Enumerable.Range(0, 32), x => Assert.True(sketch.Lines[12 * 32 + x]));
        Assert.Equal(2 * 32 + 30, sketch.Lines.ToArray().Count(line => line));
    }

    [Fact]
    public void A_photo_is_no_drawing()
    {
        Assert.Null(LineDrawing.Read(Of(64, 64, (x, y) => (byte)(2 * x + y)), 32, 32));
        var colours = new Picture(64, 64, 3);
        for (int i = 0; i < colours.Pixels.Length; i += 3) colours.Pixels[i] = 255;
        Assert.Null(LineDrawing.Read(colours, 32, 32));
    }

    [Fact]
    public void An_empty_sheet_is_a_drawing_without_lines()
        => Assert.Equal(0, LineDrawing.Read(Of(40, 40, (_, _) => 255), 32, 32)!.Density);

    private static Picture Of(int width, int height, Func<int, int, byte> level)
        => new(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => level(i % width, i / width))]);

    private static string[] Rows(Sketch sketch) => [.. Enumerable.Range(0, sketch.Height).Select(y
        => new string([.. sketch.Lines.Slice(y * sketch.Width, sketch.Width).ToArray().Select(line => line ? '#' : '.')]))];
}
