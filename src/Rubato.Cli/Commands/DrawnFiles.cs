using System.Globalization;
using Rubato.Imaging;

namespace Rubato.Cli.Commands;

/// <summary>The files that samples become: one picture each, and a grid of several.</summary>
internal static class DrawnFiles
{
    private const int GridBorder = 4, SmallestSideInGrid = 96;

    /// <summary>Writes all pictures, and a grid of several; each file is there as a whole or not at all.</summary>
    /// <param name="samples">In the order of their prompts, then of their seeds.</param>
    /// <param name="count">Samples of each prompt.</param>
    /// <param name="structure">What they were given; the grid begins with it. Null for nothing.</param>
    /// <param name="output">The picture of one sample, or the grid.</param>
    /// <returns>The files of the single pictures.</returns>
    public static List<string> Write(IReadOnlyList<GeneratedSample> samples, int count, Picture? structure, string output)
    {
        if (samples is [GeneratedSample only])
        {
            only.Save(output);
            return [output];
        }

        var files = new List<string>();
        IReadOnlyList<string> names = PromptNames.Of(
            [.. samples.Where((_, i) => i % count == 0).Select(sample => sample.Prompt).OfType<string>()]);
        foreach ((int i, GeneratedSample sample) in samples.Index())
        {
            files.Add(OutputFile.OfSample(output, sample.Prompt is null ? null : names[i / count], sample.Seed));
            sample.Save(files[^1]);
        }

        // The grid is to be looked at: small pictures are enlarged in it by a whole factor.
        Picture first = samples[0].Picture;
        int factor = (SmallestSideInGrid + first.Width - 1) / first.Width;
        bool varied = samples.Any(sample => sample.Steps != samples[0].Steps);
        List<(Picture Picture, string Caption)> tiles = [.. samples.Select(sample => (sample.Picture, Caption(sample)))];
        // Several of several prompts stand in rows, a row for each prompt.
        int row = count > 1 && count < samples.Count ? count : samples.Count;
        if (structure is not null)
        {
            for (int i = samples.Count - row; i >= 0; i -= row) tiles.Insert(i, (structure, "structure"));
            tiles = [.. tiles.Select(tile => (tile.Picture.ToColour(), tile.Caption))];
        }

        int columns = row < samples.Count ? tiles.Count * row / samples.Count : Columns(tiles.Count);
        byte[] border = new byte[tiles[0].Picture.Channels];
        border.AsSpan().Fill(128);
        Png.Write(output, PictureGrid.Arrange([.. tiles.Select(tile => tile.Picture.Enlarge(factor))], columns, GridBorder, border,
            tiles.All(tile => tile.Caption.Length == 0) ? null : [.. tiles.Select(tile => tile.Caption)]));
        return files;

        // Where each has steps of its own, the grid says how many.
        string Caption(GeneratedSample sample) => varied
            ? string.Create(CultureInfo.InvariantCulture, $"{sample.Prompt}\n{sample.Steps} steps") : sample.Prompt ?? "";
    }

    /// <summary>Nearly a square, without an empty place if that costs little.</summary>
    private static int Columns(int tiles)
    {
        const double Widest = 1.6;   // columns, to the square root of all: 10 pictures become 5 x 2
        int square = (int)Math.Ceiling(Math.Sqrt(tiles)), widest = Math.Max(square, (int)(Widest * Math.Sqrt(tiles)));
        return Enumerable.Range(square, widest - square + 1).FirstOrDefault(columns => tiles % columns == 0, square);
    }
}
