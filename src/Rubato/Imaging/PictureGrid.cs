namespace Rubato.Imaging;

/// <summary>Several pictures of one size as one picture.</summary>
public static class PictureGrid
{
    /// <summary>Lays pictures out row by row; the last row may stay short.</summary>
    /// <param name="pictures">One or more, equal in width, height and channels.</param>
    /// <param name="columns">Pictures in a row, from 1.</param>
    /// <param name="border">Pixels between and around them, from 0.</param>
    /// <param name="colour">Colour of the border and of empty places, one value for each channel.</param>
    public static Picture Arrange(
        IReadOnlyList<Picture> pictures, int columns, int border, ReadOnlySpan<byte> colour)
    {
        if (pictures is [])
            throw new ArgumentException("There is no picture to lay out.", nameof(pictures));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        Picture first = pictures[0];
        if (pictures.Any(picture => (picture.Width, picture.Height) != (first.Width, first.Height)))
            throw new ArgumentException($"The pictures differ in size; the first has {first.Width} x {first.Height}.",
                nameof(pictures));

        int rows = (pictures.Count + columns - 1) / columns;
        var grid = new Picture(
            checked(columns * (first.Width + border) + border),
            checked(rows * (first.Height + border) + border),
            first.Channels);
        grid.Fill(grid.Area, colour);
        for (int i = 0; i < pictures.Count; i++)
        {
            int x = border + i % columns * (first.Width + border), y = border + i / columns * (first.Height + border);
            grid.Paste(pictures[i], x, y);
        }

        return grid;
    }
}
