using FsCheck;
using FsCheck.Fluent;
using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class AreaAverageTests
{
    [Fact]
    public void Pixels_become_the_mean_of_the_area_that_they_cover()
    {
        // Three pixels to two: each takes one and a half.
        var picture = new Picture(3, 3, 1, [0, 90, 240, 0, 90, 240, 0, 90, 240]);
        Assert.Equal([30, 190, 30, 190], AreaAverage.Fit(picture, 2, 2).Pixels);
    }

    [Fact]
    public void The_middle_is_taken_where_the_form_differs()
        => Assert.Equal([20, 30], AreaAverage.Fit(new Picture(4, 1, 1, [10, 20, 30, 40]), 2, 1).Pixels);

    [Fact]
    public void Small_pictures_grow()
        => Assert.Equal([10, 10, 50, 50], AreaAverage.Fit(new Picture(2, 1, 1, [10, 50]), 4, 1).Pixels);

    [Fact]
    public void What_is_transparent_lies_on_white()
        => Assert.Equal([255, 0, 0, 255, 255, 255], AreaAverage.Fit(new Picture(2, 1, 4, [255, 0, 0, 255, 0, 0, 0, 0]), 2, 1).Pixels);

    [Fact]
    public void The_mean_stays_where_sizes_divide() => Prop.ForAll<byte[]>(bytes =>
    {
        if (bytes.Length == 0) return true;
        var picture = new Picture(8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => bytes[i % bytes.Length])]);
        return Math.Abs(AreaAverage.Fit(picture, 2, 2).Pixels.Average(value => value) - picture.Pixels.Average(value => value)) <= 0.5;
    }).QuickCheckThrowOnFailure();
}
