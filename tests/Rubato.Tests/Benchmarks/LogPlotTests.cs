using System.Globalization;
using System.Xml.Linq;
using Rubato.Benchmarks;

namespace Rubato.Tests.Benchmarks;

public sealed class LogPlotTests
{
    private const double NarrowCharacter = 5;   // of 12 pixel sans-serif, in the mean: what no font is narrower than

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(90)]
    public void Names_of_a_legend_do_not_run_into_each_other(int length)
    {
        LogLine[] lines = [.. Enumerable.Range(0, 5).Select(i => new LogLine(
            new string((char)('a' + i), length), $"s{i}", [new LogPoint(10, 1 + i, null, "")]))];
        XElement svg = XElement.Parse(new LogPlot(lines, "across", "up").DrawAlone());
        var names = svg.Elements().Where(element => element.Name.LocalName == "text" && element.Value.Length == length)
            .Select(element => (X: Number(element, "x"), Y: Number(element, "y"))).ToList();
        Assert.Equal(lines.Length, names.Count);
        Assert.All(names.GroupBy(name => name.Y), row => Assert.All(row.Zip(row.Skip(1)),
            pair => Assert.True(pair.Second.X - pair.First.X > NarrowCharacter * length)));
    }

    [Fact]
    public void Whiskers_and_marks_lie_within_the_axes()
    {
        LogLine line = new("line", "s0", [new LogPoint(10, 7, new Interval(5.5, 9.5), ""), new LogPoint(20, 6, new Interval(5.6, 6.2), "")]);
        XElement svg = XElement.Parse(new LogPlot([line], "across", "up").DrawAlone());
        string[] texts = [.. svg.Elements().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.All(["6", "7", "8", "9", "10", "20"], mark => Assert.Contains(mark, texts));
        double axis = Ends("grid").Max();
        Assert.Equal(2, Ends("bar").Length);
        Assert.All(Ends("bar"), end => Assert.True(end < axis, $"{end} lies below the axis, {axis}"));

        // Where lines that go straight down end.
        double[] Ends(string kind) => [.. svg.Descendants().Where(element => (string?)element.Attribute("class") == kind)
            .Select(path => ((string)path.Attribute("d")!).Split('V')).Where(parts => parts.Length > 1)
            .Select(parts => double.Parse(parts[1].Split('M')[0], CultureInfo.InvariantCulture))];
    }

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
