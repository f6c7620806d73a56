using Rubato.Imaging;

namespace Rubato.Cli.Tests;

/// <summary>A folder of tiny pictures to train on: two classes of eight, 8 x 8.</summary>
internal static class TrainingData
{
    private const int Side = 8, Each = 8;

    public static string Write(string folder)
    {
        var random = new Random(11);
        foreach (string name in (string[])["day", "night"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (int i = 0; i < Each; i++)
            {
                var picture = new Picture(Side, Side, 3);
                random.NextBytes(picture.Pixels);
                for (int p = 0; p < picture.Pixels.Length; p++)
                    picture.Pixels[p] = (byte)(picture.Pixels[p] / 4 + (name == "day" ? 180 : 10));
                Png.Write(Path.Combine(folder, name, $"{i}.png"), picture);
            }
        }

        return folder;
    }
}
