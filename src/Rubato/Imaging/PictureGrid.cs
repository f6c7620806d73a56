namespace Rubato.Imaging;

/// <summary>Several pictures of one size as one picture.</summary>
public static class PictureGrid
{
    private const int LargestScale = 2;   // of letters

    /// <summary>Lays pictures out row by row; the last row may stay short.</summary>
    /// <param name="pictures">One or more, equal in width, height and channels.</param>
    /// <param name="columns">Pictures in a row, from 1.</param>
    /// <param name="border">Pixels between and around them, from 0.</param>
    /// <param name="colour">Colour of the border and of empty places, one value for each channel.</param>
    /// <param name="captions">
    /// What stands below each picture, in white capitals: one or more lines, all letters as large as lets all lines fit, and of
    /// a line that does not fit its beginning; null for nothing.
    /// </param>
    public static Picture Arrange(IReadOnlyList<Picture> pictures, int columns, int border, ReadOnlySpan<byte> colour,
        IReadOnlyList<string>? captions = null)
    {
        if (pictures is [])
            throw new ArgumentException("There is no picture to lay out.", nameof(pictures));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        Picture first = pictures[0];
        if (pictures.Any(picture => (picture.Width, picture.Height) != (first.Width, first.Height)))
            throw new ArgumentException($"The pictures differ in size; the first has {first.Width} x {first.Height}.",
                nameof(pictures));

        string[][] lines = [.. pictures.Select((_, i) => captions?[i].Split('\n') ?? [])];
        int scale = lines.SelectMany(caption => caption).All(line => PixelFont.WidthOf(line) * LargestScale <= first.Width) ? LargestScale : 1;
        int lineHeight = PixelFont.Height * scale + border, caption = lines.Max(caption => caption.Length) * lineHeight;
        int rows = (pictures.Count + columns - 1) / columns;
        var grid = new Picture(
            checked(columns * (first.Width + border) + border),
            checked(rows * (first.Height + caption + border) + border),
            first.Channels);
        grid.Fill(grid.Area, colour);
        byte[] ink = [.. Enumerable.Repeat(byte.MaxValue, first.Channels)];
        for (int i = 0; i < pictures.Count; i++)
        {
            int x = border + i % columns * (first.Width + border), y = border + i / columns * (first.Height + caption + border);
            grid.Paste(pictures[i], x, y);
            y += first.Height + border;
            foreach ((int n, string line) in lines[i].Index())
                PixelFont.Write(grid, Fitting(line, first.Width, scale), x, y + n * lineHeight, scale, ink);
        }

        return grid;
    }

    private static string Fitting(string text, int width, int scale)
    {
        int letters = text.Length;
        while (letters > 0 && PixelFont.WidthOf(text[..letters]) * scale > width) letters--;
        return text[..letters];
    }
}
