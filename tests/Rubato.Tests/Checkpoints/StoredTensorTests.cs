using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class StoredTensorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_F16_widens_as_the_runtime_does()
    {
        float[] floats = ReadAllSixteenBits("F16");
        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf((ushort)i);
            Assert.True(float.IsNaN(expected) ? float.IsNaN(floats[i])
                : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(floats[i]), $"{i:x4}");
        }
    }

    [Fact]
    public void Every_BF16_is_the_upper_half_of_its_float()
    {
        float[] floats = ReadAllSixteenBits("BF16");
        for (int i = 0; i <= ushort.MaxValue; i++)
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(floats[i]));
    }

    [Theory]
    [InlineData("BOOL", new byte[] { 0, 1, 7 }, new float[] { 0, 1, 1 })]
    [InlineData("U8", new byte[] { 0, 255 }, new float[] { 0, 255 })]
    [InlineData("I8", new byte[] { 127, 128 }, new float[] { 127, -128 })]
    [InlineData("U16", new byte[] { 1, 255 }, new float[] { 65281 })]
    [InlineData("I16", new byte[] { 1, 255 }, new float[] { -255 })]
    [InlineData("U32", new byte[] { 0, 0, 0, 128 }, new float[] { 2147483648f })]
    [InlineData("I32", new byte[] { 0, 0, 0, 128 }, new float[] { -2147483648f })]
    [InlineData("F32", new byte[] { 0, 0, 128, 63 }, new float[] { 1 })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0xBF }, new float[] { -1.5f })]
    [InlineData("I64", new byte[] { 254, 255, 255, 255, 255, 255, 255, 255 }, new float[] { -2 })]
    [InlineData("U64", new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, new float[] { 18446744073709551616f })]
    public void Other_types_become_the_nearest_float(string dtype, byte[] stored, float[] expected)
    {
        using SafetensorsFile file = Open(dtype, expected.Length, stored);
        var floats = new float[expected.Length];
        file["w"].ReadFloats(floats);
        Assert.Equal(expected, floats);
    }

    [Theory]
    [InlineData("BOOL", new byte[] { 0, 2 }, new long[] { 0, 1 })]
    [InlineData("I8", new byte[] { 255, 1 }, new long[] { -1, 1 })]
    [InlineData("U16", new byte[] { 1, 255 }, new long[] { 65281 })]
    [InlineData("U32", new byte[] { 255, 255, 255, 255 }, new long[] { 4294967295 })]
    [InlineData("I32", new byte[] { 255, 255, 255, 255 }, new long[] { -1 })]
    [InlineData("I64", new byte[] { 0, 0, 0, 0, 0, 0, 0, 128 }, new long[] { long.MinValue })]
    [InlineData("U64", new byte[] { 255, 255, 255, 255, 255, 255, 255, 127 }, new long[] { long.MaxValue })]
    public void Integers_are_read_as_they_are(string dtype, byte[] stored, long[] expected)
    {
        using SafetensorsFile file = Open(dtype, expected.Length, stored);
        var integers = new long[expected.Length];
        file["w"].ReadIntegers(integers);
        Assert.Equal(expected, integers);
    }

    [Fact]
    public void An_integer_above_63_bits_is_refused()
    {
        using SafetensorsFile file = Open("U64", 1, [0, 0, 0, 0, 0, 0, 0, 128]);
        Assert.Contains("2^63", Assert.Throws<CheckpointException>(() => file["w"].ReadIntegers(new long[1])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F64")]
    [InlineData("I16")]
    public void Tensors_of_many_chunks_keep_their_order(string dtype)   // S18: the header has an odd length
    {
        const int Count = 1_300_001;
        int size = dtype switch { "F32" => 4, "F64" => 8, _ => 2 };
        var stored = new byte[Count * size];
        for (int i = 0; i < Count; i++)
        {
            Span<byte> at = stored.AsSpan(i * size);
            if (size == 4)
                BinaryPrimitives.WriteSingleLittleEndian(at, i);
            else if (size == 8)
                BinaryPrimitives.WriteDoubleLittleEndian(at, i);
            else
                BinaryPrimitives.WriteInt16LittleEndian(at, (short)i);
        }

        using SafetensorsFile file = Open(dtype, Count, stored);
        var floats = new float[Count];
        file["w"].ReadFloats(floats);
        for (int i = 0; i < Count; i++)
            Assert.True(floats[i] == (size == 2 ? (short)i : i), $"element {i} is {floats[i]}");
    }

    [Fact]
    public void NaN_and_infinity_are_valid_in_a_file() // S16
    {
        using SafetensorsFile file = Open("F32", 2, [0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0xFF]);
        var floats = new float[2];
        file["w"].ReadFloats(floats);
        Assert.Equal([float.NaN, float.NegativeInfinity], floats);
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(3, float.PositiveInfinity)]
    [InlineData(16, float.NegativeInfinity)]
    [InlineData(36, float.NaN)]
    public void Weights_that_are_not_finite_are_refused_with_their_place(int index, float value)   // S16
    {
        var stored = new byte[37 * 4];
        for (int i = 0; i < 37; i++)
            BinaryPrimitives.WriteSingleLittleEndian(stored.AsSpan(4 * i), i % 2 == 0 ? float.MaxValue : -float.Epsilon);
        using (SafetensorsFile fine = Open("F32", 37, stored))
            fine["w"].ReadFiniteFloats(new float[37]);
        BinaryPrimitives.WriteSingleLittleEndian(stored.AsSpan(4 * index), value);
        using SafetensorsFile file = Open("F32", 37, stored);
        var refusal = Assert.Throws<CheckpointException>(() => file["w"].ReadFiniteFloats(new float[37]));
        Assert.Contains($"at element {index};", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("w", refusal.Tensor);
    }

    [Fact]
    public void A_part_can_be_read_from_any_place() => Prop.ForAll(
        Gen.Choose(0, 100).Two().ToArbitrary(),
        range =>
        {
            (int offset, int length) = range;
            byte[] stored = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
            using SafetensorsFile file = Open("U8", 100, stored);
            var part = new byte[length];
            if (offset + length > 100)
            {
                Assert.Throws<ArgumentException>(() => file["w"].Read(offset, part));
                return true;
            }

            file["w"].Read(offset, part);
            return part.SequenceEqual(stored.Skip(offset).Take(length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_destination_of_another_length_is_the_callers_mistake()
    {
        using SafetensorsFile file = Open("F32", 2, new byte[8]);
        Assert.Throws<ArgumentException>(() => file["w"].Read(new byte[7]));
        Assert.Throws<ArgumentException>(() => file["w"].Read(-1, new byte[1]));
        Assert.Throws<ArgumentException>(() => file["w"].ReadFloats(new float[3]));
        Assert.Throws<ArgumentException>(() => file["w"].ReadIntegers(new long[1]));
    }

    private float[] ReadAllSixteenBits(string dtype)
    {
        var stored = new byte[2 << 16];
        for (int i = 0; i <= ushort.MaxValue; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(2 * i), (ushort)i);
        using SafetensorsFile file = Open(dtype, 1 << 16, stored);
        var floats = new float[1 << 16];
        file["w"].ReadFloats(floats);
        return floats;
    }

    private SafetensorsFile Open(string dtype, int elements, byte[] stored) => SafetensorsFile.Open(
        _folder.Write("model.safetensors", SafetensorsBytes.OfOne(dtype, $"[{elements}]", stored)));
}
