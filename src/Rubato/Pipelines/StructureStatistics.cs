using Rubato.Imaging;

namespace Rubato.Pipelines;

/// <summary>Eight numbers that describe a structure to the module that estimates horizons; all are 0 where there is none.</summary>
internal static class StructureStatistics
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>
    /// Which kind it is (two), density of its edges, mean and variance of its luminance from -1 to 1, and the variances of the three
    /// finest Haar bands (across, down, both), whose roots are taken.
    /// </summary>
    public static float[] Of(Structure? structure)
    {
        float[] numbers = new float[Count];
        if (structure is null) return numbers;
        Picture shown = structure.Shown;
        double[] luminance = [.. Luminance.Of(shown.Pixels, shown.Channels).Select(value => value / 127.5 - 1)];
        double mean = luminance.Average();
        numbers[(int)structure.Kind] = 1;
        numbers[2] = (float)(structure.EdgeDensity ?? Sketch.OfPhoto(shown).Density);
        numbers[3] = (float)mean;
        numbers[4] = (float)luminance.Average(value => (value - mean) * (value - mean));
        double across = 0, down = 0, both = 0;
        int count = 0;
        for (int y = 0; y + 1 < shown.Height; y += 2)
        {
            for (int x = 0; x + 1 < shown.Width; x += 2, count++)
            {
                double a = At(x, y), b = At(x + 1, y), c = At(x, y + 1), d = At(x + 1, y + 1);
                across += Squared(a - b + c - d);
                down += Squared(a + b - c - d);
                both += Squared(a - b - c + d);
            }
        }

        (numbers[5], numbers[6], numbers[7]) = (Root(across), Root(down), Root(both));
        return numbers;

        double At(int x, int y) => luminance[y * shown.Width + x];

        double Squared(double sum) => sum / 2 * (sum / 2);

        float Root(double sum) => (float)Math.Sqrt(sum / Math.Max(1, count));
    }
}
