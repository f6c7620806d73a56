using System.Globalization;
using System.Net;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>Points of a section as SVG, coloured by the classes of the page around it.</summary>
internal static class StudyPlot
{
    private const int Width = 720, Height = 340, Left = 52, Right = 14, Top = 14, Bottom = 44;
    private const int FewestShares = 3;   // of one series: fewer make no line
    private const double Whisker = 3;

    /// <summary>
    /// Mean PSNR with its interval: over the share of evaluations where a series has several, else group by group.
    /// </summary>
    public static string Draw(IReadOnlyList<StudyPoint> points)
    {
        string[] series = Series(points);
        bool overShares = points.GroupBy(point => point.Series, StringComparer.Ordinal).Any(line => line.Select(point => point.Group).Distinct(StringComparer.Ordinal).Count() >= FewestShares)
            && points.Select(point => Math.Round(point.Share, 1)).Distinct().Count() >= FewestShares;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"Mean PSNR to the full run\">\n");
        (double low, double high, double tick) = Scale(points.Min(point => point.Psnr.MeanInterval.Low), points.Max(point => point.Psnr.MeanInterval.High));
        for (double level = low; level <= high + tick / 2; level += tick)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(level):F1}H{Width - Right}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(level) + 4:F1}\" text-anchor=\"end\">{level:0.#}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">mean PSNR to the full run, dB</text>\n");
        if (overShares) OverShares();
        else ByGroup();
        return svg.Append("</svg>\n").ToString();

        void OverShares()
        {
            double first = Math.Floor(points.Min(point => point.Share) * 10 - 0.3) / 10, last = Math.Ceiling(points.Max(point => point.Share) * 10 + 0.3) / 10;
            for (double share = first; share <= last + 0.01; share += 0.1) Label(X(share), FormattableString.Invariant($"{100 * share:0} %"));
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">share of the full run's evaluations</text>\n");
            for (int k = 0; k < series.Length; k++)
            {
                StudyPoint[] line = [.. points.Where(point => point.Series == series[k] && point.Group != "default").OrderBy(point => point.Share)];
                if (line.Length > 1)
                    svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line s{k}\" d=\"M{string.Join('L', line.Select(point => FormattableString.Invariant($"{X(point.Share):F1} {Y(point.Psnr.Mean):F1}")))}\"/>\n");
                foreach (StudyPoint point in points.Where(point => point.Series == series[k])) Mark(point, X(point.Share), k);
            }

            double X(double share) => Left + (share - first) / (last - first) * (Width - Left - Right);
        }

        void ByGroup()
        {
            string[] groups = [.. points.Select(point => point.Group).Distinct(StringComparer.Ordinal)];
            double room = (double)(Width - Left - Right) / groups.Length, apart = Math.Min(28, room / (series.Length + 1));
            for (int g = 0; g < groups.Length; g++)
            {
                double middle = Left + (g + 0.5) * room;
                Label(middle, groups[g]);
                StudyPoint[] own = [.. points.Where(point => point.Group == groups[g])];
                for (int i = 0; i < own.Length; i++)
                    Mark(own[i], middle + (i - (own.Length - 1) / 2.0) * apart, Array.IndexOf(series, own[i].Series));
            }
        }

        void Label(double x, string text)
            => svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(text)}</text>\n");

        void Mark(StudyPoint point, double x, int k)
        {
            double top = Y(point.Psnr.MeanInterval.High), bottom = Y(point.Psnr.MeanInterval.Low);
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"s{k}\"><title>{WebUtility.HtmlEncode(point.Series)}, {WebUtility.HtmlEncode(point.Group)}: {point.Psnr.Mean:0.0} dB, {point.Evaluations:0.0} evaluations</title>")
                .Append(CultureInfo.InvariantCulture, $"<path class=\"bar\" d=\"M{x:F1} {top:F1}V{bottom:F1}M{x - Whisker:F1} {top:F1}h{2 * Whisker}M{x - Whisker:F1} {bottom:F1}h{2 * Whisker}\"/>")
                .Append(point.Role == PointRole.Adaptive
                    ? string.Create(CultureInfo.InvariantCulture, $"<circle cx=\"{x:F1}\" cy=\"{Y(point.Psnr.Mean):F1}\" r=\"5\"/>")
                    : string.Create(CultureInfo.InvariantCulture, $"<rect x=\"{x - 4:F1}\" y=\"{Y(point.Psnr.Mean) - 4:F1}\" width=\"8\" height=\"8\"/>"))
                .Append("</g>\n");
        }

        double Y(double level) => Top + (high - level) / (high - low) * (Height - Top - Bottom);
    }

    /// <summary>The series in the order of their first points: a number is a colour.</summary>
    public static string[] Series(IReadOnlyList<StudyPoint> points) => [.. points.Select(point => point.Series).Distinct(StringComparer.Ordinal)];

    /// <summary>Round ends and marks for an axis.</summary>
    internal static (double Low, double High, double Tick) Scale(double least, double most)
    {
        const int Marks = 6;
        double rough = Math.Max(most - least, 0.5) / Marks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double tick = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        double low = Math.Floor(least / tick) * tick, high = Math.Ceiling(most / tick) * tick;
        return (low, high == low ? low + tick : high, tick);
    }
}
