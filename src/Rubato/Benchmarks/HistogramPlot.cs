using System.Globalization;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>How often whole numbers occur, as SVG, coloured by the classes of the page around it.</summary>
/// <param name="values">One or more.</param>
/// <param name="across">What they are.</param>
/// <param name="style">The class of the colour.</param>
internal sealed class HistogramPlot(IReadOnlyList<int> values, string across, string style)
{
    private const int Width = 720, Height = 180, Left = 44, Right = 14, Top = 10, Bottom = 40, MostBars = 40;
    private const double Gap = 1;

    /// <summary>A figure.</summary>
    public string Draw()
    {
        int low = values.Min(), wide = Math.Max(1, (values.Max() - low + MostBars) / MostBars), bars = (values.Max() - low) / wide + 1;
        int[] counts = [.. Enumerable.Range(0, bars).Select(bar => values.Count(value => (value - low) / wide == bar))];
        double room = (double)(Width - Left - Right) / bars, most = counts.Max();
        var svg = new StringBuilder();
        string what = HtmlPage.Encode(across);
        svg.Append(CultureInfo.InvariantCulture, $"<figure>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{what}\">\n")
            .Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Top + 8}\" text-anchor=\"end\">{most}</text>\n")
            .Append(CultureInfo.InvariantCulture, $"<g class=\"{style}\">\n");
        for (int bar = 0; bar < bars; bar++)
        {
            double tall = counts[bar] / most * (Height - Top - Bottom);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left + bar * room:F1}\" y=\"{Height - Bottom - tall:F1}\" ")
                .Append(CultureInfo.InvariantCulture, $"width=\"{Math.Max(Gap, room - Gap):F1}\" height=\"{tall:F1}\">")
                .Append(CultureInfo.InvariantCulture, $"<title>{Range(bar)}: {counts[bar]}</title></rect>\n");
        }

        svg.Append("</g>\n");
        foreach (int bar in ((int[])[0, bars / 2, bars - 1]).Distinct())
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Left + (bar + 0.5) * room:F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Range(bar)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">{what}</text>\n");
        return svg.Append("</svg>\n</figure>\n").ToString();

        string Range(int bar)
        {
            int first = low + bar * wide;
            return wide == 1 ? $"{first}" : $"{first} to {first + wide - 1}";
        }
    }
}
