using Rubato.Imaging;

namespace Rubato.Pipelines;

/// <summary>What of a picture is given as structure.</summary>
public enum StructureKind
{
    /// <summary>Its outlines.</summary>
    Edges,

    /// <summary>Its colours, coarsely: the means of blocks of 4 x 4 pixels.</summary>
    LowResolution,
}

/// <summary>
/// The structure that a sample is to have, c_d of AC-Diff (arXiv:2411.15199), and how a network reads it: five channels
/// beside the state. The first is 1 on lines, -1 between them; the next three are the coarse colours, -1 to 1; the last is 1
/// where there are coarse colours. What is not given is 0, so that nothing is mistaken for an empty sketch or a grey picture.
/// A reconstruction: the paper does not say how its structure enters the network.
/// </summary>
public sealed class Structure
{
    /// <summary>Channels that a network reads.</summary>
    public const int Channels = 5;

    /// <summary>The kinds by the words that stand for them.</summary>
    public static readonly IReadOnlyDictionary<string, StructureKind> ByName =
        new Dictionary<string, StructureKind>(StringComparer.OrdinalIgnoreCase)
        {
            ["edges"] = StructureKind.Edges,
            ["low-resolution"] = StructureKind.LowResolution,
        };

    private const int Block = 4;

    private Structure(StructureKind kind, Picture shown, float[] values, double? density)
        => (Kind, Shown, Values, EdgeDensity) = (kind, shown, values, density);

    /// <summary>What is given.</summary>
    public StructureKind Kind { get; }

    /// <summary>What the network sees, as a picture of the samples' size: the sketch, or the coarse picture.</summary>
    public Picture Shown { get; }

    /// <summary>The part of the pixels that lines take, 0 to 1; null where colours are given.</summary>
    public double? EdgeDensity { get; }

    /// <summary>[<see cref="Channels"/>, H, W]</summary>
    internal ReadOnlyMemory<float> Values { get; }

    /// <summary>
    /// The structure of any picture. It is cut to the samples' form and made as large as they are; the outlines of a drawing
    /// are its lines, those of a photo its edges.
    /// </summary>
    /// <param name="picture">Of any size.</param>
    /// <param name="kind">What to take of it.</param>
    /// <param name="width">Of the samples, in pixels.</param>
    /// <param name="height">Of the samples, in pixels.</param>
    public static Structure Of(Picture picture, StructureKind kind, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (kind == StructureKind.LowResolution) return OfColours(AreaAverage.Fit(picture, width, height));
        return OfSketch(LineDrawing.Read(picture, width, height) ?? Sketch.OfPhoto(AreaAverage.Fit(picture, width, height)));
    }

    /// <summary>All of it as a text, which <see cref="Parse"/> reads: its kind and the bytes of a PNG file.</summary>
    public override string ToString() => $"{Word(Kind)}:{Convert.ToBase64String(Png.Encode(Shown))}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It did not.</exception>
    public static Structure Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        if (parts.Length != 2 || !ByName.TryGetValue(parts[0], out StructureKind kind))
            throw new FormatException($"a structure begins with one of {string.Join(", ", ByName.Keys)} and a colon");
        try
        {
            Picture shown = Png.Decode(Convert.FromBase64String(parts[1]), "structure");
            return kind == StructureKind.LowResolution ? OfColours(shown)
                : OfSketch(new Sketch(shown.Width, shown.Height, [.. Luminance.Of(shown.Pixels, shown.Channels).Select(value => value == 0)]));
        }
        catch (PictureException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    /// <summary>The word for a kind.</summary>
    public static string Word(StructureKind kind) => ByName.First(pair => pair.Value == kind).Key;

    /// <summary>Outlines.</summary>
    internal static Structure OfSketch(Sketch sketch)
    {
        float[] values = new float[Channels * sketch.Lines.Length];
        for (int i = 0; i < sketch.Lines.Length; i++) values[i] = sketch.Lines[i] ? 1 : -1;
        return new Structure(StructureKind.Edges, sketch.ToPicture(), values, sketch.Density);
    }

    /// <summary>Coarse colours of a picture of the samples' size.</summary>
    internal static Structure OfColours(Picture picture)
    {
        (int width, int height) = (picture.Width, picture.Height);
        int plane = width * height;
        var coarse = new Picture(width, height, picture.Channels < 3 ? 1 : 3);
        float[] values = new float[Channels * plane];
        for (int y = 0; y < height; y += Block)
        {
            for (int x = 0; x < width; x += Block) Average(picture, coarse, x, y);
        }

        for (int i = 0; i < plane; i++)
        {
            for (int c = 0; c < 3; c++) values[(1 + c) * plane + i] = coarse.Pixels[i * coarse.Channels + c % coarse.Channels] / 127.5f - 1;
            values[(Channels - 1) * plane + i] = 1;
        }

        return new Structure(StructureKind.LowResolution, coarse, values, density: null);
    }

    private static void Average(Picture picture, Picture coarse, int left, int top)
    {
        int right = Math.Min(left + Block, picture.Width), bottom = Math.Min(top + Block, picture.Height);
        for (int c = 0; c < coarse.Channels; c++)
        {
            int sum = 0, count = (right - left) * (bottom - top);
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++) sum += picture.At(x, y)[c];
            byte mean = (byte)((sum + count / 2) / count);
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++) coarse.At(x, y)[c] = mean;
        }
    }
}
