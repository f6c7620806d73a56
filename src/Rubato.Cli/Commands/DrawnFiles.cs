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
        IEnumerable<Picture> shown = samples.Select(sample => sample.Picture);
        IEnumerable<string> captions = samples.Select(sample => sample.Prompt ?? "");
        if (structure is not null)
        {
            shown = shown.Select(picture => picture.ToColour()).Prepend(structure.ToColour());
            captions = captions.Prepend("structure");
        }

        Picture[] tiles = [.. shown.Select(picture => picture.Enlarge(factor))];
        byte[] border = new byte[tiles[0].Channels];
        border.AsSpan().Fill(128);
        Png.Write(output, PictureGrid.Arrange(tiles, Columns(tiles.Length, count), GridBorder, border, captions.All(caption => caption.Length == 0) ? null : [.. captions]));
        return files;
    }

    /// <summary>A row for each of several prompts; else nearly a square, without an empty place if that costs little.</summary>
    private static int Columns(int samples, int count)
    {
        const double Widest = 1.6;   // columns, to the square root of all: 10 pictures become 5 x 2
        if (count > 1 && count < samples) return count;
        int square = (int)Math.Ceiling(Math.Sqrt(samples)), widest = Math.Max(square, (int)(Widest * Math.Sqrt(samples)));
        return Enumerable.Range(square, widest - square + 1).FirstOrDefault(columns => samples % columns == 0, square);
    }
}
