using Rubato.Imaging;

namespace Rubato.Benchmarks;

/// <summary>Whether a picture has the outlines that it was to have.</summary>
internal static class EdgeAgreement
{
    /// <summary>
    /// F1 of the pixels that have a line: twice those of both over those of each. The very pixel counts; in pictures of 32
    /// pixels a neighbour is another place.
    /// </summary>
    /// <returns>From 0 to 1; 1 where neither has a line.</returns>
    public static double F1(Sketch given, Sketch drawn)
    {
        if ((given.Width, given.Height) != (drawn.Width, drawn.Height))
        {
            throw new ArgumentException(
                $"{given.Width} x {given.Height} and {drawn.Width} x {drawn.Height} pixels cannot be compared.", nameof(drawn));
        }

        int both = 0, either = 0;
        for (int i = 0; i < given.Lines.Length; i++)
        {
            if (given.Lines[i] && drawn.Lines[i]) both++;
            either += (given.Lines[i] ? 1 : 0) + (drawn.Lines[i] ? 1 : 0);
        }

        return either == 0 ? 1 : 2.0 * both / either;
    }
}
