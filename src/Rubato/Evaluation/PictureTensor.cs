using Rubato.Imaging;
using Rubato.Tensors;

namespace Rubato.Evaluation;

/// <summary>Pictures as the networks of evaluation take them.</summary>
internal static class PictureTensor
{
    private const int Colours = 3;

    /// <param name="pictures">One or more of one size. Grey ones count as colours, alpha is left out.</param>
    /// <param name="number">The number of a level, 0 to 255, of red (0), green (1) or blue (2).</param>
    /// <param name="blueFirst">Whether the channels go from blue to red.</param>
    /// <returns>[N, 3, H, W]</returns>
    public static Tensor Of(IReadOnlyList<Picture> pictures, Func<byte, int, float> number, bool blueFirst = false)
    {
        (int height, int width) = (pictures[0].Height, pictures[0].Width);
        int plane = height * width;
        float[][] tables = [.. Enumerable.Range(0, Colours).Select(colour
            => (float[])[.. Enumerable.Range(0, byte.MaxValue + 1).Select(level => number((byte)level, colour))])];
        Tensor x = Tensor.Empty([pictures.Count, Colours, height, width]);
        Span<float> values = x.AsSpan();
        foreach (Picture picture in pictures)
        {
            if ((picture.Height, picture.Width) != (height, width))
                throw new ArgumentException($"The pictures have {width} x {height} and {picture.Width} x {picture.Height} "
                    + "pixels; they must have one size.", nameof(pictures));
            for (int colour = 0; colour < Colours; colour++)
            {
                int channel = picture.Channels < Colours ? 0 : colour;   // grey is all colours
                Span<float> to = values.Slice((blueFirst ? Colours - 1 - colour : colour) * plane, plane);
                for (int i = 0; i < plane; i++) to[i] = tables[colour][picture.Pixels[i * picture.Channels + channel]];
            }

            values = values[(Colours * plane)..];
        }

        return x;
    }
}
