namespace Rubato.Training;

/// <summary>
/// The binary files of CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images"): records of a
/// label and three planes of 32 x 32 bytes.
/// </summary>
public static class Cifar10
{
    private const int Side = 32, Plane = Side * Side, Channels = 3, RecordBytes = 1 + Channels * Plane;

    /// <summary>Names of the classes, by label.</summary>
    public static readonly IReadOnlyList<string> Classes =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Whether a folder holds files of this kind.</summary>
    public static bool IsFolder(string folder)
        => Files(folder, "data_batch_").Length > 0 || Files(folder, "test_batch").Length > 0;

    /// <summary>The training pictures of a folder: <c>data_batch_*.bin</c>, in the order of their names.</summary>
    /// <exception cref="TrainingDataException">There is no such file, or one is damaged.</exception>
    public static TrainingPictures ReadTraining(string folder)
        => Read(folder, Files(folder, "data_batch_"), "data_batch_1.bin to data_batch_5.bin are the training pictures");

    /// <summary>The held-out pictures of a folder: <c>test_batch*.bin</c>, complete or not.</summary>
    /// <exception cref="TrainingDataException">There is no such file, or one is damaged.</exception>
    public static TrainingPictures ReadTest(string folder)
        => Read(folder, Files(folder, "test_batch"), "test_batch.bin holds the test pictures");

    private static string[] Files(string folder, string prefix)
        => [.. Directory.EnumerateFiles(folder, prefix + "*.bin").Order(StringComparer.Ordinal)];

    private static TrainingPictures Read(string folder, string[] files, string expected)
    {
        if (files.Length == 0) throw new TrainingDataException(folder, "holds none of the files that are needed", expected);
        byte[][] contents = [.. files.Select(ReadRecords)];
        int count = contents.Sum(bytes => bytes.Length / RecordBytes), done = 0;
        byte[] pixels = new byte[count * Plane * Channels];
        int[] labels = new int[count];
        foreach ((string file, byte[] bytes) in files.Zip(contents))
        {
            for (int record = 0; record < bytes.Length; record += RecordBytes, done++)
            {
                labels[done] = bytes[record] < Classes.Count ? bytes[record]
                    : throw new TrainingDataException(file, $"has the label {bytes[record]} in record {record / RecordBytes}",
                        $"labels are from 0 to {Classes.Count - 1}");
                Interleave(bytes.AsSpan(record + 1, Channels * Plane),
                    pixels.AsSpan(done * Plane * Channels, Plane * Channels));
            }
        }

        return new TrainingPictures(folder, (Side, Side, Channels), pixels, labels, Classes);
    }

    private static byte[] ReadRecords(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        return bytes.Length > 0 && bytes.Length % RecordBytes == 0 ? bytes
            : throw new TrainingDataException(file, $"has {bytes.Length} bytes",
                $"a file of CIFAR-10 has {RecordBytes} for each of its pictures");
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (int i = 0; i < Plane; i++)
            for (int c = 0; c < Channels; c++) pixels[i * Channels + c] = planes[c * Plane + i];
    }
}
