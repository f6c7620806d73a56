using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks.Quality;

/// <summary>Mean PSNR over evaluations, as one SVG.</summary>
internal static class ReusePlot
{
    private const int Width = 640, Height = 400, Left = 56, Right = 16, Top = 16, Bottom = 44;
    private const double Lowest = 10, Highest = 60;

    public static string Draw(IReadOnlyList<Row> rows, int steps)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n")
            .Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>\n");
        for (double decibels = Lowest; decibels <= Highest; decibels += 10)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(decibels):F1}H{Width - Right}\" stroke=\"#ddd\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(decibels) + 4:F1}\" text-anchor=\"end\">{decibels}</text>\n");
        }

        for (int evaluations = 10; evaluations <= steps; evaluations += 10)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(evaluations, steps):F1}\" y=\"{Height - 24}\" text-anchor=\"middle\">{evaluations}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">mean evaluations of the network</text>\n")
            .Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {Height / 2}) rotate(-90)\" text-anchor=\"middle\">mean PSNR to the full run, dB</text>\n");
        Curve(svg, "AdaptiveDiffusion", "#1f5ea8", rows.Select(row => row.Adaptive), steps, 0);
        Curve(svg, "fixed pattern", "#c2571a", rows.Select(row => row.Fixed), steps, 1);
        Curve(svg, "fewer steps", "#5b8c2a", rows.Select(row => row.Fewer), steps, 2);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Curve(StringBuilder svg, string name, string colour, IEnumerable<Quality> points, int steps, int line)
    {
        Quality[] ordered = [.. points.OrderBy(point => point.Evaluations)];
        string path = string.Join('L', ordered.Select(point =>
            string.Create(CultureInfo.InvariantCulture, $"{X(point.Evaluations, steps):F1} {Y(point.Mean):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
        foreach (Quality point in ordered)
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.Evaluations, steps):F1}\" cy=\"{Y(point.Mean):F1}\" r=\"3.5\" fill=\"{colour}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"\n<text x=\"{Left + 12}\" y=\"{Top + 16 + 16 * line}\" fill=\"{colour}\">{name}</text>\n");
    }

    private static double X(double evaluations, int steps) => Left + (evaluations - 5) / (steps - 5) * (Width - Left - Right);

    private static double Y(double decibels)
        => Top + (Highest - Math.Clamp(decibels, Lowest, Highest)) / (Highest - Lowest) * (Height - Top - Bottom);
}
