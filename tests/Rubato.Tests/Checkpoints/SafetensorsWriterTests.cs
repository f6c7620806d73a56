using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_bytes_are_those_of_the_format()   // S18
    {
        // By hand, from the format's definition: wide types first, then by name; blanks up to a multiple of 8.
        const string Header = """{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"c":{"dtype":"F16","shape":[],"data_offsets":[4,6]},"a":{"dtype":"U8","shape":[3],"data_offsets":[6,9]},"d":{"dtype":"U8","shape":[0,5],"data_offsets":[9,9]}}""";
        string path = _folder.Of("w.safetensors");
        SafetensorsWriter.Write(path,
        [
            new("d", SafetensorsDType.U8, [0, 5], Array.Empty<byte>()),
            new("a", SafetensorsDType.U8, [3], new byte[] { 1, 2, 3 }),
            new("b", SafetensorsDType.F32, [1], new byte[] { 4, 5, 6, 7 }),
            new("c", SafetensorsDType.F16, [], new byte[] { 8, 9 }),
        ], new Dictionary<string, string> { ["format"] = "pt" });

        byte[] written = File.ReadAllBytes(path);
        int length = (Header.Length + 7) / 8 * 8;
        Assert.Equal(length, BinaryPrimitives.ReadInt64LittleEndian(written));
        Assert.Equal(Header.PadRight(length), Encoding.UTF8.GetString(written, 8, length));
        Assert.Equal([4, 5, 6, 7, 8, 9, 1, 2, 3], written[(8 + length)..]);
    }

    [Fact]
    public void What_is_written_reads_back() => Prop.ForAll(
        Gen.SubListOf("weight", "Größe", "\u0001\n", "a\"b\\c", "😀", "x.y.z").ToArbitrary(),
        Gen.Choose(0, 9).ArrayOf(3).ToArbitrary(),
        (names, shape) =>
        {
            byte[] data = [.. Enumerable.Range(0, 2 * shape.Aggregate(1, (a, b) => a * b)).Select(i => (byte)i)];
            string path = _folder.Of("round.safetensors");
            SafetensorsWriter.Write(path, names.Select(name => new TensorSource(
                name, SafetensorsDType.BF16, [.. shape.Select(d => (long)d)], data)),
                names.ToDictionary(name => name, name => name + "!"));
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return names.All(name =>
            {
                var read = new byte[data.Length];
                file[name].Read(read);
                return read.SequenceEqual(data) && file[name].Shape.SequenceEqual(shape.Select(d => (long)d))
                    && file.Metadata[name] == name + "!" && file[name].DType == SafetensorsDType.BF16;
            }) && file.Tensors.Count == names.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_write_that_stops_midway_leaves_the_old_file_and_no_other()   // S19
    {
        string path = _folder.Write("old.safetensors", "old bytes");
        Assert.Throws<TimeoutException>(() => SafetensorsWriter.Write(path,
        [
            new("w", SafetensorsDType.U8, [1 << 22], stream =>
            {
                stream.Write(new byte[3 << 20]);
                throw new TimeoutException();
            }),
        ]));
        Assert.Equal("old bytes", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Until_the_last_byte_is_written_the_old_file_is_whole_and_the_new_one_elsewhere()   // S19
    {
        // What a killed process leaves is what the folder holds at that moment: looked at from inside of the write.
        string path = _folder.Write("old.safetensors", "old bytes");
        SafetensorsWriter.Write(path,
        [
            new("w", SafetensorsDType.U8, [4 << 20], stream =>
            {
                stream.Write(new byte[4 << 20]);
                Assert.Equal("old bytes", File.ReadAllText(path));
                string other = Assert.Single(Directory.GetFiles(_folder.Path), file => file != path);
                Assert.EndsWith(".tmp", other, StringComparison.Ordinal);
            }),
        ]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(4 << 20, file["w"].ByteCount);
    }

    [Fact]
    public void A_reader_keeps_the_file_that_it_opened()   // S19
    {
        string path = _folder.Of("w.safetensors");
        SafetensorsWriter.Write(path, [new("w", SafetensorsDType.U8, [1], new byte[] { 1 })]);
        using SafetensorsFile before = SafetensorsFile.Open(path);
        SafetensorsWriter.Write(path, [new("w", SafetensorsDType.U8, [1], new byte[] { 2 })]);
        var read = new byte[1];
        before["w"].Read(read);
        Assert.Equal(1, read[0]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_source_of_another_length_is_refused(int bytes)
    {
        string path = _folder.Of("w.safetensors");
        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(
            path, [new("w", SafetensorsDType.U8, [4], stream => stream.Write(new byte[bytes]))]));
        Assert.Throws<ArgumentException>(() => new TensorSource("w", SafetensorsDType.U8, [4], new byte[bytes]));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_could_not_be_read_is_not_written()
    {
        static TensorSource Empty(string name, params long[] shape) => new(name, SafetensorsDType.F4, shape, _ => { });
        Assert.ThrowsAny<ArgumentException>(() => Empty("", 0));
        Assert.ThrowsAny<ArgumentException>(() => Empty("__metadata__", 0));
        Assert.ThrowsAny<ArgumentException>(() => Empty(new string('n', 1025), 0));
        Assert.ThrowsAny<ArgumentException>(() => Empty("\ud800", 0));
        Assert.ThrowsAny<ArgumentException>(() => Empty("w", -1));
        Assert.ThrowsAny<ArgumentException>(() => Empty("w", 3));   // 12 bits
        Assert.ThrowsAny<ArgumentException>(() => Empty("w", 0, 1, 1, 1, 1, 1, 1, 1, 1));
        string path = _folder.Of("w.safetensors");
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [Empty("w", 0), Empty("w", 2)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            path, [], new Dictionary<string, string> { ["a"] = new string('x', 1 << 20) }));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void The_header_is_JSON_that_others_can_read()
    {
        string path = _folder.Of("w.safetensors");
        SafetensorsWriter.Write(path, [new("quote\" and 😀", SafetensorsDType.I64, [1], new byte[8])]);
        byte[] bytes = File.ReadAllBytes(path);
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes)));
        Assert.Equal("I64", json.RootElement.GetProperty("quote\" and 😀").GetProperty("dtype").GetString());
    }
}
