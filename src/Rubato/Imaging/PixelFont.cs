namespace Rubato.Imaging;

/// <summary>Capitals, digits and a few marks of 3 x 5 pixels, for the labels of sheets; no font file is needed.</summary>
internal static class PixelFont
{
    /// <summary>Pixels of a glyph's height at scale 1.</summary>
    public const int Height = 5;

    private const int Width = 3, Advance = Width + 1;

    // Five rows from the top, three bits each, the left pixel highest.
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        [' '] = "00000",
        ['0'] = "75557",
        ['1'] = "26227",
        ['2'] = "71747",
        ['3'] = "71317",
        ['4'] = "55711",
        ['5'] = "74717",
        ['6'] = "74757",
        ['7'] = "71122",
        ['8'] = "75757",
        ['9'] = "75717",
        ['A'] = "25755",
        ['B'] = "65656",
        ['C'] = "34443",
        ['D'] = "65556",
        ['E'] = "74647",
        ['F'] = "74644",
        ['G'] = "34553",
        ['H'] = "55755",
        ['I'] = "72227",
        ['J'] = "11152",
        ['K'] = "55655",
        ['L'] = "44447",
        ['M'] = "57755",
        ['N'] = "65555",
        ['O'] = "25552",
        ['P'] = "65644",
        ['Q'] = "25563",
        ['R'] = "65655",
        ['S'] = "34216",
        ['T'] = "72222",
        ['U'] = "55557",
        ['V'] = "55552",
        ['W'] = "55775",
        ['X'] = "55255",
        ['Y'] = "55222",
        ['Z'] = "71247",
        ['.'] = "00002",
        ['-'] = "00700",
        ['/'] = "11244",
        [':'] = "02020",
        ['%'] = "51245",
    };

    /// <summary>Pixels that a text is wide at scale 1.</summary>
    public static int WidthOf(string text) => text.Length * Advance - 1;

    /// <summary>Writes a text, small letters as capitals; a character that the font lacks leaves a gap. All of it must fit.</summary>
    /// <param name="picture">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Top edge.</param>
    /// <param name="scale">Side of a dot in pixels, from 1.</param>
    /// <param name="colour">One value for each channel.</param>
    public static void Write(Picture picture, string text, int x, int y, int scale, ReadOnlySpan<byte> colour)
    {
        foreach (char c in text)
        {
            string glyph = Glyphs.GetValueOrDefault(char.ToUpperInvariant(c), Glyphs[' ']);
            for (int row = 0; row < Height; row++)
            {
                for (int column = 0; column < Width; column++)
                {
                    if (((glyph[row] - '0') >> (Width - 1 - column) & 1) != 0)
                        picture.Fill(new PictureArea(x + column * scale, y + row * scale, scale, scale), colour);
                }
            }

            x += Advance * scale;
        }
    }
}
