using Rubato.Imaging;

namespace Rubato.Training;

/// <summary>PNG files with a class per sub-folder. Grey and colour become colour; transparent pixels stand on black.</summary>
internal static class PictureFolder
{
    private const int Channels = 3, MostSide = 4096;

    public static TrainingPictures Read(string folder)
    {
        string[] classes = [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            .Where(path => FilesOf(path).Length > 0)];
        if (classes.Length == 0)
        {
            throw new TrainingDataException(folder, "holds no training pictures",
                "it must hold the binary files of CIFAR-10 (data_batch_1.bin and so on), or a folder of PNG files for each "
                + "class");
        }

        var labels = new List<int>();
        using var pixels = new MemoryStream();
        Picture? first = null;
        for (int label = 0; label < classes.Length; label++)
        {
            foreach (string file in FilesOf(classes[label]))
            {
                Picture picture = Png.Read(file);
                first ??= picture;
                if ((picture.Width, picture.Height) != (first.Width, first.Height))
                {
                    throw new TrainingDataException(file, $"is {picture.Width} x {picture.Height} pixels large",
                        $"all pictures must be as large as the first: {first.Width} x {first.Height}");
                }

                if (picture.Width > MostSide || picture.Height > MostSide)
                {
                    throw new TrainingDataException(file, $"is {picture.Width} x {picture.Height} pixels large",
                        $"at most {MostSide} x {MostSide} can be trained on");
                }

                if (pixels.Length + (long)picture.Width * picture.Height * Channels > Array.MaxLength)
                {
                    throw new TrainingDataException(folder, "holds more pictures than fit into 2 GiB",
                        "train on fewer or smaller ones");
                }

                pixels.Write(Colours(picture));
                labels.Add(label);
            }
        }

        return new TrainingPictures(folder, (first!.Height, first.Width, Channels), pixels.ToArray(), [.. labels],
            [.. classes.Select(path => Path.GetFileName(path)!)]);
    }

    private static string[] FilesOf(string folder)
        => [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)];

    private static byte[] Colours(Picture picture)
    {
        if (picture.Channels == Channels) return picture.Pixels;
        bool grey = picture.Channels <= 2, alpha = picture.Channels is 2 or 4;
        byte[] colours = new byte[picture.Width * picture.Height * Channels];
        for (int i = 0; i < colours.Length; i++)
        {
            ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(i / Channels * picture.Channels, picture.Channels);
            int value = pixel[grey ? 0 : i % Channels];
            colours[i] = (byte)(alpha ? (value * pixel[^1] + 127) / 255 : value);
        }

        return colours;
    }
}
