using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class PngWriterTests
{
    [Fact]
    public void A_picture_reads_back_as_it_was() => Prop.ForAll(
        Gen.Choose(1, 40).Two().ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), Gen.Choose(0, 1 << 30).ToArbitrary(),
        (size, channels, seed) =>
        {
            var picture = new Picture(size.Item1, size.Item2, channels);
            var random = new System.Random(seed);
            random.NextBytes(picture.Pixels);
            if (seed % 2 == 0)   // a smooth one, so that every filter has its turn
                for (int i = 0; i < picture.Pixels.Length; i++)
                    picture.Pixels[i] = (byte)(picture.Pixels[i] % 4 + i / 3 + i / picture.Stride * (seed % 7));
            Picture read = Png.Decode(Png.Encode(picture), "x.png");
            return read.Pixels.SequenceEqual(picture.Pixels)
                && (read.Width, read.Height, read.Channels) == (size.Item1, size.Item2, channels);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Chunks_are_those_of_the_specification()
    {
        var picture = new Picture(2, 1, 3, [1, 2, 3, 4, 5, 6]) { Texts = [new("latin", "é"), new("wide", "絵")] };
        byte[] file = Png.Encode(picture);
        byte[] data = PngBytes.Chunk("tEXt", [.. "latin\0"u8, 0xE9]), wide = PngBytes.Chunk("iTXt", "wide\0\0\0\0\0絵"u8);
        byte[] start = PngBytes.Of(PngBytes.Header(2, 1, 8, 2), data, wide);
        Assert.Equal(start, file[..start.Length]);
        Assert.Equal(PngBytes.End(), file[^12..]);

        // The rows: one byte for the filter and the bytes that it leaves, by the definition of filter "left".
        int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start.Length));
        using var inflated = new ZLibStream(new MemoryStream(file, start.Length + 8, length), CompressionMode.Decompress);
        var row = new byte[8];
        Assert.Equal(7, inflated.ReadAtLeast(row, 8, throwOnEndOfStream: false));
        Assert.Equal([1, 1, 2, 3, 3, 3, 3, 0], row);
    }

    [Fact]
    public void Smooth_pictures_become_smaller_by_filters()
    {
        var picture = new Picture(64, 64, 1);
        for (int i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(3 * (i % 64) + i / 64 * 5);
        Assert.InRange(Png.Encode(picture).Length, 1, PngBytes.Deflate(picture.Pixels).Length / 2);
    }

    [Fact]
    public void Any_text_reads_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            string written = string.Concat(text.Get.Where(c => c != 0 && !char.IsSurrogate(c)));
            var picture = new Picture(1, 1, 1) { Texts = [new("Größe a", written), new("wide", written + "絵😀")] };
            return Png.Decode(Png.Encode(picture), "x.png").Texts.SequenceEqual(picture.Texts);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "x")]
    [InlineData("80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80-80", "x")]
    [InlineData(" k", "x")]
    [InlineData("k ", "x")]
    [InlineData("a  b", "x")]
    [InlineData("絵", "x")]
    [InlineData("a\nb", "x")]
    [InlineData("k", "a\0b")]
    public void A_text_that_cannot_be_stored_is_refused(string keyword, string text) =>
        Assert.ThrowsAny<ArgumentException>(() => Png.Encode(new Picture(1, 1, 1) { Texts = [new(keyword, text)] }));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Assert.ThrowsAny<ArgumentException>(
        () => Png.Encode(new Picture(1, 1, 1) { Texts = [new("k", "\ud800")] }));

    [Fact]
    public void A_file_is_replaced_as_a_whole()   // S19
    {
        using var folder = new TestFolder();
        string path = folder.Write("a.png", "old");
        Assert.ThrowsAny<ArgumentException>(() => Png.Write(path, new Picture(1, 1, 1) { Texts = [new("", "")] }));
        Assert.Equal("old", File.ReadAllText(path));
        Png.Write(path, new Picture(1, 1, 1, [9]));
        Assert.Equal([9], Png.Read(path).Pixels);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_check_sum_is_that_of_the_standard()
    {
        var crc = new Crc32();
        crc.Append(Encoding.ASCII.GetBytes("1234"));
        crc.Append(Encoding.ASCII.GetBytes("56789"));
        Assert.Equal(0xCBF43926u, crc.Value);   // the check value of CRC-32 in every catalogue
    }
}
