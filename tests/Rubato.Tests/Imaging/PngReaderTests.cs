using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class PngReaderTests
{
    private static readonly byte[] Grey = PngBytes.Header(1, 1), Pixel = PngBytes.Data(0, 77), End = PngBytes.End();

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(TestFolder.Source("Imaging/Samples"), "*.png").Select(path => Path.GetFileName(path)!).Order()];

    public static TheoryData<string> DamagedFiles =>
        [.. Directory.GetFiles(TestFolder.Source("Imaging/Damaged"), "*.png").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_colour_type_and_depth_gives_the_pixels_of_the_script(string sample)
    {
        string path = TestFolder.Source(Path.Combine("Imaging", "Samples", sample));
        Picture picture = Png.Read(path);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(path, ".raw")), picture.Pixels);
        int channels = (sample.StartsWith("grey", StringComparison.Ordinal) || sample.StartsWith("one-p", StringComparison.Ordinal) ? 1 : 3)
            + (sample.Contains("alpha", StringComparison.Ordinal) || sample.Contains("transp", StringComparison.Ordinal)
                || sample.StartsWith("one-row", StringComparison.Ordinal) ? 1 : 0);
        Assert.Equal(channels, picture.Channels);
    }

    [Theory]
    [MemberData(nameof(DamagedFiles))]
    public void A_damaged_file_is_refused(string file) =>
        Assert.Throws<PictureException>(() => Png.Read(TestFolder.Source(Path.Combine("Imaging", "Damaged", file))));

    [Fact]
    public void The_smallest_picture_is_read()
    {
        Picture picture = Png.Decode(PngBytes.Of(Grey, Pixel, End), "x.png");
        Assert.Equal((1, 1, 1, (byte)77), (picture.Width, picture.Height, picture.Channels, picture.Pixels[0]));
    }

    // By name: the bytes themselves would be written out for each test that is discovered.
    private static readonly Dictionary<string, (byte[] Bytes, string Message)> BrokenFiles = new(StringComparer.Ordinal)
    {
        ["empty"] = ([], "no PNG"),   // S40
        ["signature"] = ([.. PngBytes.Of(Grey, Pixel, End).Skip(1)], "no PNG"),
        ["no header"] = (PngBytes.Of(Pixel, End), "stands first"),
        ["header of 14 bytes"] = (PngBytes.Of(PngBytes.Chunk("IHDR", new byte[14]), Pixel, End), "IHDR of 13"),
        ["two headers"] = (PngBytes.Of(Grey, Grey, Pixel, End), "chunk IHDR"),
        ["width 0"] = (PngBytes.Of(PngBytes.Header(0, 1), Pixel, End), "0 x 1 pixels"),
        ["height 0"] = (PngBytes.Of(PngBytes.Header(1, 0), Pixel, End), "1 x 0 pixels"),
        ["negative width"] = (PngBytes.Of(PngBytes.Header(-1, 1), Pixel, End), "4294967295 x 1"),
        ["too wide"] = (PngBytes.Of(PngBytes.Header(16385, 1), Pixel, End), "16385 x 1"),
        ["too many pixels"] = (PngBytes.Of(PngBytes.Header(16384, 4097), Pixel, End), "67108864"),
        ["depth 3"] = (PngBytes.Of(PngBytes.Header(1, 1, 3), Pixel, End), "with 3 bits"),
        ["colour 1"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 1), Pixel, End), "colour type 1"),
        ["RGB of 4 bits"] = (PngBytes.Of(PngBytes.Header(1, 1, 4, 2), Pixel, End), "colour type 2 with 4"),
        ["palette of 16 bits"] = (PngBytes.Of(PngBytes.Header(1, 1, 16, 3), Pixel, End), "colour type 3 with 16"),
        ["interlace 2"] = (PngBytes.Of(PngBytes.Header(1, 1, interlace: 2), Pixel, End), "interlace 2"),
        ["chunk beyond the file"] = (PngBytes.Of(Grey, [0, 0, 0, 99, .. "tEXt"u8, .. new byte[20]]), "claims 99"),
        ["chunk above 2^31"] = (PngBytes.Of(Grey, [255, 255, 255, 255, .. "IDAT"u8, .. new byte[20]]), "claims 4294967295"),
        ["type of digits"] = (PngBytes.Of(Grey, PngBytes.Chunk("ID4T", 1), End), "four letters"),
        ["check sum"] = (PngBytes.Of(Grey, [.. Pixel[..^1], (byte)~Pixel[^1]], End), "wrong check sum"),
        ["check sum of a skipped chunk"] = (PngBytes.Of(Grey, [.. PngBytes.Chunk("gAMA", 1)[..^1], 0], Pixel, End), "gAMA"),
        ["no end"] = (PngBytes.Of(Grey, Pixel), "without the chunk IEND"),
        ["end with data"] = (PngBytes.Of(Grey, Pixel, PngBytes.Chunk("IEND", 1)), "has data"),
        ["no image data"] = (PngBytes.Of(Grey, End), "before any IDAT"),
        ["unknown critical chunk"] = (PngBytes.Of(Grey, PngBytes.Chunk("CgBI", 1), Pixel, End), "CgBI"),
        ["image data apart"] = (PngBytes.Of(Grey, Pixel, PngBytes.Chunk("gAMA", 1), Pixel, End), "stands apart"),
        ["too little data"] = (PngBytes.Of(PngBytes.Header(1, 2), Pixel, End), "fewer bytes"),   // S41
        ["too much data"] = (PngBytes.Of(Grey, PngBytes.Data(0, 77, 0), End), "more bytes"),   // S41
        ["no deflate"] = (PngBytes.Of(Grey, PngBytes.Chunk("IDAT", 1, 2, 3, 4), End), "cannot be inflated"),
        ["filter 5"] = (PngBytes.Of(Grey, PngBytes.Data(5, 77), End), "filter 5"),
        ["no palette"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 3), Pixel, End), "before PLTE"),
        ["palette of 4 bytes"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 3), PngBytes.Chunk("PLTE", 1, 2, 3, 4), Pixel, End), "PLTE"),
        ["palette of 3 for 1 bit"] = (PngBytes.Of(PngBytes.Header(1, 1, 1, 3), PngBytes.Chunk("PLTE", new byte[9]), Pixel, End), "PLTE"),
        ["palette for grey"] = (PngBytes.Of(Grey, PngBytes.Chunk("PLTE", new byte[3]), Pixel, End), "out of place"),
        ["index beyond the palette"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 3), PngBytes.Chunk("PLTE", new byte[3]), Pixel, End), "palette lacks"),
        ["transparency of 3 bytes"] = (PngBytes.Of(Grey, PngBytes.Chunk("tRNS", 1, 2, 3), Pixel, End), "tRNS"),
        ["transparency beside alpha"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 4), PngBytes.Chunk("tRNS", 1, 2), PngBytes.Data(0, 1, 2), End), "tRNS"),
        ["transparency before the palette"] = (PngBytes.Of(PngBytes.Header(1, 1, 8, 3), PngBytes.Chunk("tRNS", 1), PngBytes.Chunk("PLTE", new byte[3]), Pixel, End), "tRNS"),
        ["profile above 4 MiB"] = (PngBytes.Of(Grey, PngBytes.Large("iCCP", (4 << 20) + 1), Pixel, End), "at most 4194304"),   // S42
        ["empty keyword"] = (PngBytes.Of(Grey, PngBytes.Chunk("tEXt", 0, 65), Pixel, End), "keyword"),   // S42
        ["keyword of 80"] = (PngBytes.Of(Grey, PngBytes.Chunk("tEXt", [.. new string('k', 80).Select(c => (byte)c), 0]), Pixel, End), "keyword"),
        ["text without zero"] = (PngBytes.Of(Grey, PngBytes.Chunk("tEXt", "key"u8), Pixel, End), "keyword"),
        ["compression 1"] = (PngBytes.Of(Grey, PngBytes.Chunk("zTXt", [.. "k\0\u0001"u8, .. PngBytes.Deflate("t"u8)]), Pixel, End), "compression"),
        ["text that does not inflate"] = (PngBytes.Of(Grey, PngBytes.Chunk("zTXt", "k\0\0xyz"u8), Pixel, End), "cannot be inflated"),
        ["international text cut off"] = (PngBytes.Of(Grey, PngBytes.Chunk("iTXt", "k\0\0\0en\0"u8), Pixel, End), "lacks a field"),
        ["international text in Latin-1"] = (PngBytes.Of(Grey, PngBytes.Chunk("iTXt", [.. "k\0\0\0\0\0"u8, 0xE9]), Pixel, End), "not UTF-8"),
    };

    public static TheoryData<string> Broken => [.. BrokenFiles.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_that_breaks_a_rule_is_refused(string name)
    {
        (byte[] bytes, string message) = BrokenFiles[name];
        var refusal = Assert.Throws<PictureException>(() => Png.Decode(bytes, $"{name}.png"));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal($"{name}.png", refusal.File);
    }

    [Fact]
    public void Texts_of_every_kind_are_read_and_unknown_ancillary_chunks_skipped()
    {
        Picture picture = Png.Decode(PngBytes.Of(
            Grey,
            PngBytes.Chunk("teSt", 1, 2, 3),
            PngBytes.Chunk("tEXt", [.. "plain\0caf"u8, 0xE9]),
            PngBytes.Chunk("zTXt", [.. "packed\0\0"u8, .. PngBytes.Deflate([0xE9])]),
            Pixel,
            PngBytes.Chunk("iTXt", "wide\0\0\0ja\0x\0絵😀"u8),
            PngBytes.Chunk("iTXt", [.. "both\0\u0001\0\0\0"u8, .. PngBytes.Deflate("絵"u8)]),
            End), "x.png");
        Assert.Equal([new("plain", "café"), new("packed", "é"), new("wide", "絵😀"), new("both", "絵")], picture.Texts);
    }

    [Theory]
    [InlineData("zTXt", "k\0\0")]
    [InlineData("iTXt", "k\0\u0001\0\0\0")]
    public void A_text_inflates_to_at_most_1_MiB(string type, string start)   // S42
    {
        byte[] Text(int length) => PngBytes.Of(Grey, PngBytes.Chunk(type,
            [.. Encoding.Latin1.GetBytes(start), .. PngBytes.Deflate(Encoding.ASCII.GetBytes(new string('x', length)))]), Pixel, End);
        Assert.Equal(1 << 20, Assert.Single(Png.Decode(Text(1 << 20), "x.png").Texts).Text.Length);
        Assert.Throws<PictureException>(() => Png.Decode(Text((1 << 20) + 1), "x.png"));
        AssertMemory(8 << 20, Text(20 << 20));
    }

    [Fact]
    public void Texts_have_at_most_16_MiB_in_all()   // S42
    {
        byte[] text = PngBytes.Chunk("zTXt", [.. "k\0\0"u8, .. PngBytes.Deflate(new byte[1 << 20])]);
        Png.Decode(PngBytes.Of([Grey, .. Enumerable.Repeat(text, 16), Pixel, End]), "x.png");
        Assert.Contains("in all", Assert.Throws<PictureException>(() => Png.Decode(
            PngBytes.Of([Grey, .. Enumerable.Repeat(text, 17), Pixel, End]), "x.png")).Message, StringComparison.Ordinal);
        Assert.Contains("in all", Assert.Throws<PictureException>(() => Png.Decode(
            PngBytes.Of(Grey, PngBytes.Large("tEXt", (16 << 20) + 1), Pixel, End), "x.png")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8192, 8192, 8, 6)]
    [InlineData(4096, 16384, 16, 6)]
    [InlineData(8192, 8192, 16, 2)]
    public void A_small_file_of_a_large_picture_gets_no_memory(int width, int height, byte depth, byte colour) =>   // S40
        AssertMemory(1 << 20, PngBytes.Of(PngBytes.Header(width, height, depth, colour), Pixel, End));

    [Fact]
    public void Limits_can_be_set()   // S40
    {
        byte[] wide = PngBytes.Of(PngBytes.Header(3, 2), PngBytes.Data(0, 1, 2, 3, 0, 4, 5, 6), End);
        Assert.Equal(6, Png.Decode(wide, "x.png", new() { MaxSide = 3, MaxPixels = 6 }).Pixels.Length);
        Assert.Throws<PictureException>(() => Png.Decode(wide, "x.png", new() { MaxSide = 2 }));
        Assert.Throws<PictureException>(() => Png.Decode(wide, "x.png", new() { MaxPixels = 5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureLimits { MaxSide = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureLimits { MaxPixels = int.MaxValue });
    }

    [Theory]
    [InlineData("grey-1-interlaced.png")]
    [InlineData("palette-4-transparent.png")]
    [InlineData("rgb-alpha-16.png")]
    public void A_file_with_random_faults_is_read_or_refused_and_nothing_else(string sample)
    {
        byte[] valid = File.ReadAllBytes(TestFolder.Source(Path.Combine("Imaging", "Samples", sample)));
        valid = [.. valid[..33], .. PngBytes.Chunk("zTXt", [.. "k\0\0"u8, .. PngBytes.Deflate("text"u8)]), .. valid[33..]];
        Prop.ForAll(Damage.Of(valid).ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (damaged, repaired) =>
        {
            byte[] bytes = repaired ? WithCheckSums(damaged) : damaged;
            long memory = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            try
            {
                Png.Decode(bytes, "x.png");
            }
            catch (PictureException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 4 << 20);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    /// <summary>Faults inside of chunks get a right check sum, so that they come further than to its comparison.</summary>
    private static byte[] WithCheckSums(byte[] bytes)
    {
        var chunks = new List<byte[]>();
        int at = 8;
        while (at + 12 <= bytes.Length)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12)
                break;
            chunks.Add(PngBytes.Chunk(Encoding.Latin1.GetString(bytes, at + 4, 4).Replace((char)0xFF, 'A'),
                bytes.AsSpan(at + 8, (int)length)));
            at += 12 + (int)length;
        }

        return [.. PngBytes.Of([.. chunks]), .. bytes[Math.Min(at, bytes.Length)..]];
    }

    private static void AssertMemory(long most, byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<PictureException>(() => Png.Decode(file, "x.png"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
    }
}
