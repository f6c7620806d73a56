using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>A point of a line, with the range that its height is likely to lie in; null for none.</summary>
internal readonly record struct LogPoint(double X, double Y, Interval? Range, string Title);

/// <summary>A line of a plot.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Style">The class of its colour.</param>
/// <param name="Points">From left to right; all numbers above 0.</param>
internal sealed record LogLine(string Name, string Style, IReadOnlyList<LogPoint> Points);

/// <summary>Lines over two logarithmic axes as SVG, coloured by the classes of the page around it.</summary>
/// <param name="lines">One or more points in all.</param>
/// <param name="across">What the axis below is.</param>
/// <param name="up">What the axis at the side is.</param>
internal sealed class LogPlot(IReadOnlyList<LogLine> lines, string across, string up)
{
    /// <summary>The class of lines that stay in the background.</summary>
    public const string Background = "other";

    private const int Width = 720, Height = 430, Left = 62, Right = 14, Top = 14, Bottom = 46;
    private const int MostKeysInRow = 4, KeyHeight = 20, KeyMark = 24;
    private const double CharacterWidth = 6.5;   // of a name in a legend, about
    private const double Whisker = 3, Margin = 1.08;

    private readonly (double Low, double High) _x = Ends(lines.SelectMany(line => line.Points.Select(point => point.X)));
    private readonly (double Low, double High) _y = Ends(lines.SelectMany(line => line.Points.SelectMany(point
        => Drawn(line, point) is { } range ? [range.Low, point.Y, range.High] : (double[])[point.Y])));

    /// <summary>A figure with its legend.</summary>
    public string Draw()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" ")
            .Append(CultureInfo.InvariantCulture, $"aria-label=\"{HtmlPage.Encode($"{up} over {across}")}\">\n");
        Body(svg);
        svg.Append("</svg>\n<figcaption>");
        foreach (LogLine line in lines.Where(line => line.Style != Background)) Key(line.Style, line.Name);
        string[] others = [.. lines.Where(line => line.Style == Background).Select(line => line.Name)];
        if (others.Length > 0) Key(Background, string.Join(", ", others));
        return svg.Append("</figcaption>\n</figure>\n").ToString();

        void Key(string style, string name)
            => svg.Append(CultureInfo.InvariantCulture, $"<span><i class=\"key {style}\"></i>{HtmlPage.Encode(name)}</span>");
    }

    /// <summary>An SVG file that stands alone, with its legend below the axes.</summary>
    public string DrawAlone()
    {
        LogLine[] named = [.. lines.Where(line => line.Style != Background)], others = [.. lines.Where(line => line.Style == Background)];
        int keys = named.Length + (others.Length > 0 ? 1 : 0);
        int keyWidth = KeyMark + (int)(CharacterWidth * named.Max(line => line.Name.Length));
        int inRow = Math.Clamp((Width - Left) / keyWidth, 1, MostKeysInRow);
        int height = Height + KeyHeight * ((keys + inRow - 1) / inRow) + Top;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" ")
            .Append(CultureInfo.InvariantCulture, $"aria-label=\"{HtmlPage.Encode($"{up} over {across}")}\">\n<style>\n{HtmlPage.PlotStyle}</style>\n")
            .Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"var(--card)\"/>\n");
        Body(svg);
        for (int i = 0; i < keys; i++)
        {
            int x = Left + i % inRow * ((Width - Left) / inRow), y = Height + Top + i / inRow * KeyHeight;
            (string style, string name) = i < named.Length ? (named[i].Style, named[i].Name) : (Background, others is [var only] ? only.Name : $"{others.Length} others");
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {style}\" d=\"M{x} {y - 4}h18\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + KeyMark}\" y=\"{y}\">{HtmlPage.Encode(name)}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Body(StringBuilder svg)
    {
        Axes(svg);
        // What is in the background is drawn first.
        foreach (LogLine line in lines.OrderBy(line => line.Style != Background)) Line(svg, line);
    }

    private void Axes(StringBuilder svg)
    {
        foreach (double x in Marks(_x))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{X(x):F1} {Top}V{Height - Bottom}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{x:0.######}</text>\n");
        }

        foreach (double y in Marks(_y))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(y):F1}H{Width - Right}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(y) + 4:F1}\" text-anchor=\"end\">{y:0.######}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{HtmlPage.Encode(across)}</text>\n")
            .Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{HtmlPage.Encode(up)}</text>\n");
    }

    private void Line(StringBuilder svg, LogLine line)
    {
        string path = string.Join('L', line.Points.Select(point => FormattableString.Invariant($"{X(point.X):F1} {Y(point.Y):F1}")));
        svg.Append($"<path class=\"line {line.Style}\" d=\"M{path}\"><title>{HtmlPage.Encode(line.Name)}</title></path>\n");
        if (line.Style == Background) return;
        foreach (LogPoint point in line.Points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{line.Style}\"><title>{HtmlPage.Encode(point.Title)}</title>");
            if (Drawn(line, point) is { } range)
            {
                double x = X(point.X), top = Y(range.High), bottom = Y(range.Low);
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"bar\" d=\"M{x:F1} {top:F1}V{bottom:F1}")
                    .Append(CultureInfo.InvariantCulture, $"M{x - Whisker:F1} {top:F1}h{2 * Whisker}M{x - Whisker:F1} {bottom:F1}h{2 * Whisker}\"/>");
            }

            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.X):F1}\" cy=\"{Y(point.Y):F1}\" r=\"3.5\"/></g>\n");
        }
    }

    private double X(double value) => Left + Math.Log(value / _x.Low) / Math.Log(_x.High / _x.Low) * (Width - Left - Right);

    private double Y(double value) => Height - Bottom - Math.Log(value / _y.Low) / Math.Log(_y.High / _y.Low) * (Height - Top - Bottom);

    /// <summary>The range that is drawn of a point; null for none.</summary>
    private static Interval? Drawn(LogLine line, LogPoint point) => line.Style != Background && point.Range is { Low: > 0 } range ? range : null;

    private static (double Low, double High) Ends(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return (all.Min() / Margin, all.Max() * Margin);
    }

    /// <summary>1, 2 and 5 times the powers of ten; the ones alone where there are many, and all digits where there are few.</summary>
    private static IEnumerable<double> Marks((double Low, double High) ends)
    {
        double[] digits = Math.Log10(ends.High / ends.Low) switch
        {
            > 4 => [1],
            < 0.7 => [1, 2, 3, 4, 5, 6, 7, 8, 9],
            _ => [1, 2, 5],
        };
        for (int power = (int)Math.Floor(Math.Log10(ends.Low)); Math.Pow(10, power) <= ends.High; power++)
        {
            foreach (double digit in digits)
                if (digit * Math.Pow(10, power) is var mark && mark >= ends.Low && mark <= ends.High) yield return mark;
        }
    }
}
