using System.Globalization;
using Rubato.Imaging;
using Rubato.Sampling;

namespace Rubato.Evaluation;

/// <summary>
/// Comparisons as one picture: a column each, with the full run, the run with policies and their difference, and below
/// each run its timeline: a bar with a mark for every evaluation point, filled as far as the network was run there.
/// </summary>
public static class ComparisonSheet
{
    private const int ColumnsInRow = 8, SmallestSide = 128, Scale = 2, Gap = 8, TextHeight = PixelFont.Height * Scale;
    private const int BarHeight = 12, WidestGapped = 4;
    private static readonly string[] Labels = ["full run", "policies", "difference"];

    private static ReadOnlySpan<byte> Paper => [250, 250, 247];

    private static ReadOnlySpan<byte> Ink => [60, 64, 72];

    private static ReadOnlySpan<byte> Evaluated => [31, 94, 168];

    private static ReadOnlySpan<byte> Reused => [214, 226, 240];

    /// <summary>Draws the sheet.</summary>
    /// <param name="comparisons">One or more, with pictures of one size.</param>
    /// <param name="gain">What differences are multiplied by, above 0; it stands on the sheet.</param>
    /// <returns>An RGB picture; small pictures are enlarged by whole factors.</returns>
    public static Picture Draw(IReadOnlyList<Comparison> comparisons, int gain)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        if (comparisons is []) throw new ArgumentException("There is nothing to compare.", nameof(comparisons));
        Picture first = comparisons[0].Full.Picture;
        int factor = (SmallestSide + first.Width - 1) / first.Width;
        var layout = new Layout(first.Width * factor, first.Height * factor, Math.Min(ColumnsInRow, comparisons.Count),
            (comparisons.Count + ColumnsInRow - 1) / ColumnsInRow);
        var sheet = new Picture(layout.SheetWidth, layout.SheetHeight, channels: 3);
        sheet.Fill(sheet.Area, Paper);
        for (int row = 0; row < layout.Rows; row++) DrawLabels(sheet, layout, row, gain);
        for (int i = 0; i < comparisons.Count; i++)
        {
            int x = layout.Left(i % ColumnsInRow), y = layout.Top(i / ColumnsInRow);
            DrawColumn(sheet, layout, comparisons[i], x, y, factor, gain);
        }

        return sheet;
    }

    private static void DrawLabels(Picture sheet, Layout layout, int row, int gain)
    {
        for (int k = 0; k < Labels.Length; k++)
        {
            int y = layout.Top(row) + layout.RunTop(k) + layout.Height / 2 - TextHeight;
            PixelFont.Write(sheet, Labels[k], Gap, y, Scale, Ink);
            if (k == Labels.Length - 1)
                PixelFont.Write(sheet, string.Create(CultureInfo.InvariantCulture, $"x {gain}"), Gap,
                    y + TextHeight + Gap, Scale, Ink);
        }
    }

    private static void DrawColumn(Picture sheet, Layout layout, Comparison pair, int x, int y, int factor, int gain)
    {
        WriteFitting(sheet, layout, string.Create(CultureInfo.InvariantCulture, $"{(pair.Full.Prompt is null ? "seed" : pair.Full.Prompt)} {pair.Full.Seed}"), x, y);
        GeneratedSample[] runs = [pair.Full, pair.Adapted];
        for (int k = 0; k < runs.Length; k++)
        {
            int top = y + layout.RunTop(k);
            sheet.Paste(runs[k].Picture.ToColour().Enlarge(factor), x, top);
            DrawTimeline(sheet, new PictureArea(x, top + layout.Height + 2, layout.Width, BarHeight), runs[k].Trace);
            WriteFitting(sheet, layout, string.Create(CultureInfo.InvariantCulture,
                $"{runs[k].Evaluations}/{runs[k].FullEvaluations}"), x, top + layout.Height + BarHeight + 6);
        }

        int last = y + layout.RunTop(runs.Length);
        sheet.Paste(pair.Difference(gain).ToColour().Enlarge(factor), x, last);
        WriteFitting(sheet, layout, string.Create(CultureInfo.InvariantCulture,
            $"{pair.PsnrDecibels:0.0} dB {pair.Similarity:0.000}"), x, last + layout.Height + 6);
    }

    /// <summary>A mark for each evaluation point: the part of its height that is dark is the part of its branches that ran.</summary>
    private static void DrawTimeline(Picture sheet, PictureArea bar, Trace trace)
    {
        int points = trace.Entries.Count, most = trace.Entries.Max(entry => entry.Evaluations);
        for (int i = 0; i < points; i++)
        {
            int from = bar.X + i * bar.Width / points, to = bar.X + (i + 1) * bar.Width / points;
            int width = to - from > WidestGapped ? to - from - 1 : to - from;
            int filled = most == 0 ? 0 : bar.Height * trace.Entries[i].Evaluations / most;
            sheet.Fill(new PictureArea(from, bar.Y, width, bar.Height - filled), Reused);
            sheet.Fill(new PictureArea(from, bar.Y + bar.Height - filled, width, filled), Evaluated);
        }
    }

    private static void WriteFitting(Picture sheet, Layout layout, string text, int x, int y)
    {
        int letters = (layout.Width + Scale) / (PixelFont.WidthOf("0") + 1) / Scale;
        PixelFont.Write(sheet, text.Length <= letters ? text : text[..letters], x, y, Scale, Ink);
    }

    /// <summary>Where things go.</summary>
    /// <param name="Width">Of a picture.</param>
    /// <param name="Height">Of a picture.</param>
    /// <param name="Columns">Comparisons beside each other.</param>
    /// <param name="Rows">Rows of comparisons.</param>
    private readonly record struct Layout(int Width, int Height, int Columns, int Rows)
    {
        private static int Margin => Labels.Max(PixelFont.WidthOf) * Scale + 2 * Gap;

        private int RunHeight => Height + BarHeight + TextHeight + 2 * Gap;

        private int BlockHeight => TextHeight + Gap + Labels.Length * RunHeight;

        public int SheetWidth => checked(Margin + Columns * (Width + Gap));

        public int SheetHeight => checked(Gap + Rows * BlockHeight);

        public int Left(int column) => Margin + column * (Width + Gap);

        public int Top(int row) => Gap + row * BlockHeight;

        public int RunTop(int run) => TextHeight + Gap + run * RunHeight;
    }
}
