using Rubato.Imaging;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class TrainingPicturesTests
{
    private const int Record = 3073;

    [Fact]
    public void The_binary_files_of_cifar10_are_read_in_order_channels_interleaved()
    {
        using var folder = new TestFolder();
        folder.Write("data_batch_1.bin", [.. Sample(label: 6, first: 10), .. Sample(label: 9, first: 20)]);
        folder.Write("data_batch_2.bin", Sample(label: 0, first: 30));
        folder.Write("test_batch.bin", Sample(label: 3, first: 40));
        folder.Write("batches.meta.txt", "airplane\n");
        var pictures = TrainingPictures.Read(folder.Path);

        Assert.Equal((3, (32, 32, 3)), (pictures.Count, pictures.Size));
        Assert.Equal(["frog", "truck", "airplane"], [.. Enumerable.Range(0, 3).Select(i => pictures.Classes[pictures.Label(i)])]);
        Assert.Equal([10, 110, 210], pictures.Pixels(0)[..3].ToArray());
        Assert.Equal([31, 131, 231], pictures.Pixels(2)[3..6].ToArray());
        Assert.Equal([40, 140, 240], Cifar10.ReadTest(folder.Path).Pixels(0)[..3].ToArray());
    }

    [Fact]
    public void A_file_of_cifar10_that_is_cut_or_has_a_strange_label_is_refused_by_name()
    {
        using var folder = new TestFolder();
        string file = folder.Write("data_batch_1.bin", Sample(label: 6, first: 10).AsSpan(..^1));
        Assert.Equal($"{file}: has 3072 bytes; a file of CIFAR-10 has 3073 for each of its pictures.", Refusal(folder));
        folder.Write("data_batch_1.bin", [.. Sample(label: 6, first: 10), .. Sample(label: 77, first: 10)]);
        Assert.Equal($"{file}: has the label 77 in record 1; labels are from 0 to 9.", Refusal(folder));
        File.Move(file, folder.Of("test_batch.bin"));
        Assert.Equal($"{folder.Path}: holds none of the files that are needed; data_batch_1.bin to data_batch_5.bin are the "
            + "training pictures.", Refusal(folder));
    }

    [Fact]
    public void A_folder_with_a_folder_for_each_class_is_read_in_the_order_of_names()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Of("oak"));
        Directory.CreateDirectory(folder.Of("ash"));
        Directory.CreateDirectory(folder.Of("empty"));
        Png.Write(folder.Of("oak/b.png"), new Picture(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        Png.Write(folder.Of("oak/a.png"), new Picture(2, 1, 1, [7, 8]));
        Png.Write(folder.Of("ash/c.png"), new Picture(2, 1, 4, [200, 100, 50, 255, 200, 100, 50, 51]));
        var pictures = TrainingPictures.Read(folder.Path);

        Assert.Equal(["ash", "oak"], pictures.Classes);
        Assert.Equal([0, 1, 1], [.. Enumerable.Range(0, 3).Select(pictures.Label)]);
        Assert.Equal([200, 100, 50, 40, 20, 10], pictures.Pixels(0).ToArray());
        Assert.Equal([7, 7, 7, 8, 8, 8], pictures.Pixels(1).ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], pictures.Pixels(2).ToArray());
    }

    [Fact]
    public void Pictures_of_different_sizes_and_folders_without_pictures_are_refused()
    {
        using var folder = new TestFolder();
        Assert.Contains("holds no training pictures", Refusal(folder), StringComparison.Ordinal);
        Directory.CreateDirectory(folder.Of("oak"));
        Png.Write(folder.Of("oak/a.png"), new Picture(2, 1, 3));
        Png.Write(folder.Of("oak/b.png"), new Picture(2, 2, 3));
        Assert.Equal($"{folder.Of("oak/b.png")}: is 2 x 2 pixels large; all pictures must be as large as the first: 2 x 1.", Refusal(folder));
    }

    private static string Refusal(TestFolder folder)
        => Assert.Throws<TrainingDataException>(() => TrainingPictures.Read(folder.Path)).Message;

    /// <summary>Planes that begin with first, first + 100, first + 200 and rise by one a pixel.</summary>
    private static byte[] Sample(byte label, byte first)
    {
        byte[] record = new byte[Record];
        record[0] = label;
        for (int i = 0; i < 3072; i++) record[1 + i] = (byte)(first + 100 * (i / 1024) + i % 1024);
        return record;
    }
}
