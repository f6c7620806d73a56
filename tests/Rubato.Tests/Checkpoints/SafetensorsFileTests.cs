using System.Text;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string I32 = """{"w":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(I32, 16, 1)]
    [InlineData("""{"w":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}""", 4, 1)]   // S15
    [InlineData("""{"w":{"dtype":"I32","shape":[2,0],"data_offsets":[0,0]}}""", 0, 1)]   // S15
    [InlineData("{}\r \t\n", 0, 0)]   // S5
    [InlineData("""{"__metadata__":{"format":"pt"}}""", 0, 0)]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, 2)]
    [InlineData("""{"w":{"dtype":"F4","shape":[1,2],"data_offsets":[0,1]}}""", 1, 1)]
    public void A_valid_file_opens(string header, int dataBytes, int tensors)
    {
        using SafetensorsFile file = Open(SafetensorsBytes.Of(header, new byte[dataBytes]));
        Assert.Equal(tensors, file.Tensors.Count);
    }

    [Theory]
    [InlineData("length beyond the file", "", 0, 60ul, "only 0 follow")]   // S3
    [InlineData("length above the cap", "{}", 0, 100000001ul, "at most 100000000")]   // S2
    [InlineData("length of the reference test", I32, 16, 18446742974197923900ul, "at most 100000000")]   // S2
    [InlineData("largest length", I32, 16, ulong.MaxValue, "at most 100000000")]   // S3
    [InlineData("not JSON", "{", 0, null, "not valid JSON")]   // S4
    [InlineData("not an object", "[]", 0, null, "does not begin with {")]   // S4
    [InlineData("nothing", "", 0, null, "does not begin with {")]   // S4
    [InlineData("two objects", "{}{}", 0, null, "not valid JSON")]   // S4
    [InlineData("comment", "{/**/}", 0, null, "not valid JSON")]   // S4
    [InlineData("deep", """{"a":[[[[[[]]]]]]}""", 0, null, "not described by an object")]   // S4
    [InlineData("blank first", " {}", 0, null, "does not begin with {")]   // S5
    [InlineData("duplicate name", """{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, null, "listed twice")]   // S6
    [InlineData("duplicate name in escapes", """{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0077":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, null, "listed twice")]   // S6
    [InlineData("duplicate member", """{"w":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, null, "second or unknown member \"dtype\"")]   // S6
    [InlineData("duplicate metadata", """{"__metadata__":{"a":"1","a":"2"}}""", 0, null, "twice")]   // S6
    [InlineData("metadata twice", """{"__metadata__":{},"__metadata__":{}}""", 0, null, "listed twice")]   // S6
    [InlineData("metadata with a number", """{"__metadata__":{"a":1}}""", 0, null, "not a string")]   // S7
    [InlineData("metadata of a list", """{"__metadata__":[]}""", 0, null, "not an object")]   // S7
    [InlineData("metadata null", """{"__metadata__":null}""", 0, null, "not an object")]   // S7
    [InlineData("unknown member", """{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":0}}""", 1, null, "unknown member \"x\"")]   // S8
    [InlineData("missing member", """{"w":{"dtype":"U8","shape":[1]}}""", 1, null, "lacks")]   // S8
    [InlineData("one offset", """{"w":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, null, "two offsets")]   // S8
    [InlineData("three offsets", """{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", 1, null, "more than 2 numbers")]   // S8
    [InlineData("unknown dtype", """{"w":{"dtype":"F99","shape":[1],"data_offsets":[0,1]}}""", 1, null, "unknown dtype \"F99\"")]   // S9
    [InlineData("dtype by number", """{"w":{"dtype":"4","shape":[1],"data_offsets":[0,1]}}""", 1, null, "unknown dtype")]   // S9
    [InlineData("negative dimension", """{"w":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, null, "no plain integer")]   // S10
    [InlineData("fraction", """{"w":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, null, "no plain integer")]   // S10
    [InlineData("exponent", """{"w":{"dtype":"U8","shape":[1e3],"data_offsets":[0,1000]}}""", 1000, null, "no plain integer")]   // S10
    [InlineData("64 bits", """{"w":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}""", 1, null, "no plain integer")]   // S10
    [InlineData("text as dimension", """{"w":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, null, "no plain integer")]   // S10
    [InlineData("rank 9", """{"w":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", 1, null, "more than 8")]   // S10
    [InlineData("element count overflows", """{"w":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}""", 16, null, "no plain integer")]   // S11
    [InlineData("byte count overflows", """{"w":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}""", 16, null, "overflows")]   // S11
    [InlineData("half a byte", """{"w":{"dtype":"F4","shape":[1,3],"data_offsets":[0,1]}}""", 1, null, "takes 12 bits")]   // S12
    [InlineData("offsets do not fit the shape", """{"w":{"dtype":"I32","shape":[2,2],"data_offsets":[0,4]}}""", 4, null, "take 16 bytes")]   // S13
    [InlineData("end before begin", """{"w":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, null, "offsets [1, 0]")]   // S13
    [InlineData("overlap", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, null, "it begins at 2")]   // S14
    [InlineData("hole", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, null, "it begins at 1")]   // S14
    [InlineData("hole at the start", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, null, "it begins at 0")]   // S14
    [InlineData("data missing", I32, 14, null, "has 14 bytes of data")]   // S14
    [InlineData("trailing bytes", I32, 20, null, "has 20 bytes of data")]   // S14
    public void A_file_that_breaks_a_rule_is_refused(string name, string header, int dataBytes, ulong? length, string message)
    {
        var refusal = Assert.Throws<CheckpointException>(
            () => Open(SafetensorsBytes.Of(header, new byte[dataBytes], length)));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000")]
    public void A_file_shorter_than_its_length_field_is_refused(string bytes)   // S1
    {
        var refusal = Assert.Throws<CheckpointException>(() => Open(Encoding.ASCII.GetBytes(bytes)));
        Assert.Contains("at least 8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_end_is_refused()   // S1
    {
        if (File.Exists("/dev/zero"))
            Assert.Throws<CheckpointException>(() => SafetensorsFile.Open("/dev/zero"));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':' })]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}' })]
    public void A_header_that_is_not_UTF8_or_has_a_mark_is_refused(byte[] header) =>   // S4, S5
        Assert.Throws<CheckpointException>(() => Open(SafetensorsBytes.Of(header, [])));

    [Fact]
    public void Half_a_surrogate_pair_is_no_name() =>   // S4
        Assert.Throws<CheckpointException>(() => Open(
            SafetensorsBytes.Of("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", [])));

    [Theory]
    [InlineData(10_000, 1, true)]
    [InlineData(10_001, 1, false)]
    [InlineData(1, (1 << 20) - 6, true)]
    [InlineData(1, 1 << 20, false)]
    public void Metadata_is_limited_in_entries_and_bytes(int entries, int bytes, bool opens)   // S7
    {
        IEnumerable<string> members = Enumerable.Range(0, entries)
            .Select(i => $"\"{i:d6}\":\"{new string('x', bytes)}\"");
        byte[] file = SafetensorsBytes.Of($$$"""{"__metadata__":{{{{string.Join(',', members)}}}}}""", []);
        if (opens)
        {
            using SafetensorsFile opened = Open(file);
            Assert.Equal(entries, opened.Metadata.Count);
        }
        else
        {
            Assert.Throws<CheckpointException>(() => Open(file));
        }
    }

    [Fact]
    public void Every_dtype_of_the_format_opens_with_its_size()   // S9
    {
        (string Name, int Bits)[] types = [("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8),
            ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16),
            ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64),
            ("I64", 64), ("U64", 64)];
        foreach ((string name, int bits) in types)
        {
            using SafetensorsFile file = Open(SafetensorsBytes.OfOne(name, "[4]", new byte[bits / 2]));
            Assert.Equal(name, file["w"].DType.ToString());
        }

        Assert.Equal(types.Length, SafetensorsDTypes.ByName.Count);
    }

    [Theory]
    [InlineData("F4", 4, 2)]
    [InlineData("F8_E4M3", 1, 1)]
    [InlineData("C64", 1, 8)]
    public void A_dtype_without_arithmetic_is_refused_when_it_is_used(string dtype, int elements, int bytes)   // S9
    {
        using SafetensorsFile file = Open(SafetensorsBytes.OfOne(dtype, $"[{elements}]", new byte[bytes]));
        file["w"].Read(new byte[bytes]);
        var refusal = Assert.Throws<CheckpointException>(() => file["w"].ReadFloats(new float[elements]));
        Assert.Equal("w", refusal.Tensor);
        Assert.Contains(dtype, refusal.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => file["w"].ReadIntegers(new long[elements]));
    }

    [Fact]
    public void A_thousand_tensors_on_one_range_are_refused()   // S14
    {
        IEnumerable<string> members = Enumerable.Range(0, 1000)
            .Select(i => $$"""    "t{{i}}":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""");
        Assert.Throws<CheckpointException>(
            () => Open(SafetensorsBytes.Of($"{{{string.Join(',', members)}}}", new byte[4])));
    }

    [Fact]
    public void A_tensor_without_bytes_may_lie_anywhere_between_others()   // S15
    {
        using SafetensorsFile file = Open(SafetensorsBytes.Of(
            """{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[0,7],"data_offsets":[2,2]},"c":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
            new byte[2]));
        Assert.Equal(["c", "b", "a"], file.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void More_than_200000_tensors_are_refused()   // S17
    {
        static byte[] File(int tensors) => SafetensorsBytes.Of($"{{{string.Join(',', Enumerable.Range(0, tensors)
            .Select(i => $$"""    "{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"""))}}}", []);
        using (SafetensorsFile most = Open(File(200_000)))
            Assert.Equal(200_000, most.Tensors.Count);
        string path = _folder.Write("model.safetensors", File(200_001));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.Contains("200000", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    public static TheoryData<string> DamagedFiles => [.. Directory
        .GetFiles(TestFolder.Source("Checkpoints/Damaged"), "*.safetensors").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(DamagedFiles))]
    public void A_damaged_file_is_refused(string file) => Assert.Throws<CheckpointException>(
        () => SafetensorsFile.Open(TestFolder.Source(Path.Combine("Checkpoints", "Damaged", file))));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_name_has_at_most_1024_bytes(int bytes, bool opens)   // S17
    {
        byte[] file = SafetensorsBytes.Of(
            $$$"""{"{{{new string('n', bytes)}}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", []);
        if (opens)
            Open(file).Dispose();
        else
            Assert.Throws<CheckpointException>(() => Open(file));
    }

    [Fact]
    public void A_name_reaches_a_message_without_its_control_characters()   // S17
    {
        var refusal = Assert.Throws<CheckpointException>(() => Open(SafetensorsBytes.Of(
            """{"\u001b]0;x\u0007\u202e\n":{"dtype":"F99","shape":[],"data_offsets":[0,0]}}""", [])));
        Assert.Contains(@"\u001b]0;x\u0007\u202e\u000a", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public void A_huge_header_costs_no_memory()   // S2
    {
        // 99 MB of header, nearly all of it one text: more than any name needs.
        string path = _folder.Of("model.safetensors");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(SafetensorsBytes.Of("{\"", [], 99_000_000));
            byte[] text = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();
            for (int i = 0; i < 95; i++)
                stream.Write(text);
            stream.SetLength(1L << 40);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_file_that_becomes_shorter_fails_with_an_exception()   // S20
    {
        string path = _folder.Write("model.safetensors", SafetensorsBytes.OfOne("U8", "[5000]", new byte[5000]));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            other.SetLength(other.Length - 1);
        var refusal = Assert.Throws<CheckpointException>(() => file["w"].Read(new byte[5000]));
        Assert.Equal("w", refusal.Tensor);
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using SafetensorsFile file = Open(SafetensorsBytes.Of("{}", []));
        Assert.Equal("conv_in.weight", Assert.Throws<CheckpointException>(() => file["conv_in.weight"]).Tensor);
        Assert.False(file.TryGet("conv_in.weight", out _));
    }

    private SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(_folder.Write("model.safetensors", bytes));
}
