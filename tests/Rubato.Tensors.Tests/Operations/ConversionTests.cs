using System.Runtime.InteropServices;

namespace Rubato.Tensors.Tests.Operations;

public sealed class ConversionTests
{
    [Fact]
    public void Every_half_becomes_its_float_and_comes_back()
    {
        ushort[] halves = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        Tensor x = Tensor.FromBytes(MemoryMarshal.AsBytes(halves.AsSpan()), [1 << 16], DType.Float16);
        float[] got = x.ToFloat32().ToArray();
        ushort[] back = x.ToFloat32().To(DType.Float16).AsSpan<ushort>().ToArray();
        for (int i = 0; i < halves.Length; i++)
        {
            Half half = BitConverter.UInt16BitsToHalf(halves[i]);
            if (Half.IsNaN(half)) Assert.True(float.IsNaN(got[i]));
            else Assert.Equal(BitConverter.SingleToInt32Bits((float)half), BitConverter.SingleToInt32Bits(got[i]));
            if (!Half.IsNaN(half)) Assert.Equal(halves[i], back[i]);
        }
    }

    [Fact]
    public void Every_bfloat16_becomes_its_float_and_comes_back()
    {
        ushort[] halves = [.. Enumerable.Range(0, (1 << 16) - 3).Select(i => (ushort)i)];
        Tensor x = Tensor.FromBytes(MemoryMarshal.AsBytes(halves.AsSpan()), [halves.Length], DType.BFloat16);
        float[] got = x.ToFloat32().ToArray();
        ushort[] back = x.ToFloat32().To(DType.BFloat16).AsSpan<ushort>().ToArray();
        for (int i = 0; i < halves.Length; i++)
        {
            Assert.Equal((uint)halves[i] << 16, BitConverter.SingleToUInt32Bits(got[i]));
            if (!float.IsNaN(got[i])) Assert.Equal(halves[i], back[i]);
            else Assert.Equal(halves[i] | 0x40, back[i]);
        }
    }

    [Theory]
    [InlineData(0x3F80_8000, 0x3F80)]   // half way: to the even fraction
    [InlineData(0x3F81_8000, 0x3F82)]
    [InlineData(0x3F80_8001, 0x3F81)]
    [InlineData(0x7F7F_FFFF, 0x7F80)]   // the greatest float is nearer to infinity
    [InlineData(0x7F80_0001, 0x7FC0)]   // not a number stays so
    public void Bfloat16_is_the_nearest_and_ties_are_even(int bits, int want)
    {
        Tensor x = Tensor.From([BitConverter.Int32BitsToSingle(bits)], [1]).To(DType.BFloat16);
        Assert.Equal((ushort)want, x.AsSpan<ushort>()[0]);
    }

    [Fact]
    public void Integers_are_the_nearest_that_the_type_holds()
    {
        Tensor x = Tensor.From([-3.5f, -0.5f, 0.5f, 1.5f, 254.6f, 1e30f, -1e30f, float.NaN], [8]);
        Assert.Equal([0, 0, 0, 2, 255, 255, 0, 0], x.To(DType.UInt8).AsSpan<byte>().ToArray());
        Assert.Equal([-4, 0, 0, 2, 127, 127, -128, 0], x.To(DType.Int8).AsSpan<sbyte>().ToArray());
        Assert.Equal([-4, 0, 0, 2, 255, int.MaxValue, int.MinValue, 0], x.To(DType.Int32).AsSpan<int>().ToArray());
        Assert.Equal([-4, 0, 0, 2, 255, long.MaxValue, long.MinValue, 0], x.To(DType.Int64).AsSpan<long>().ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], x.To(DType.Bool).AsSpan<byte>().ToArray());
    }

    [Fact]
    public void Other_types_become_float32()
    {
        Assert.Equal([0.1f, -2], Of(DType.Float64, 0.1, -2).ToFloat32().ToArray());
        Assert.Equal([16777216f, -2], Of(DType.Int64, 16777217L, -2).ToFloat32().ToArray());
        Assert.Equal([7f, -2], Of(DType.Int32, 7, -2).ToFloat32().ToArray());
        Assert.Equal([255f, 0], Of<byte>(DType.UInt8, 255, 0).ToFloat32().ToArray());
        Assert.Equal([-1f, 3], Of<sbyte>(DType.Int8, -1, 3).ToFloat32().ToArray());
        Assert.Equal([1f, 0], Of<byte>(DType.Bool, 1, 0).ToFloat32().ToArray());
    }

    private static Tensor Of<T>(DType dtype, params T[] values)
        where T : unmanaged
        => Tensor.FromBytes(MemoryMarshal.AsBytes(values.AsSpan()), [values.Length], dtype);
}
