namespace Rubato.Tensors.Tests.Core;

public sealed class TensorTests
{
    [Fact]
    public void Tensors_begin_on_a_cache_line()
    {
        using Scope scope = Scope.Begin();
        for (int count = 1; count < 200; count += 7) Assert.Equal(0, Address(Tensor.Empty([count])) % 64);
    }

    [Fact]
    public void Managed_tensors_begin_on_a_cache_line()
    {
        for (int count = 1; count < 200; count += 7) Assert.Equal(0, Address(Tensor.Empty([count])) % 64);
    }

    private static unsafe long Address(Tensor x) => (long)x.Floats;

    [Fact]
    public void Values_must_fill_the_shape()
    {
        Assert.Throws<ArgumentException>(() => Tensor.From([1, 2, 3], [2, 2]));
        Assert.Throws<ArgumentException>(() => Tensor.FromBytes(new byte[15], [2, 2], DType.Float32));
    }

    [Fact]
    public void A_view_shares_the_elements()
    {
        Tensor x = Tensor.Zeros([2, 3]), view = x.Reshape(3, -1);
        Assert.Equal([3, 2], view.Shape);
        view.AsSpan()[4] = 7;
        x.Rows(1, 1).AsSpan()[0] = 5;
        Assert.Equal([0f, 0, 0, 5, 7, 0], x.ToArray());
    }

    [Fact]
    public void A_clone_does_not_share_them()
    {
        Tensor x = Tensor.Zeros([2]), copy = x.Clone();
        copy.AsSpan()[0] = 1;
        Assert.Equal([0f, 0], x.ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4, 2)]
    [InlineData(-1, 4)]
    public void A_view_has_as_many_elements(params int[] shape)
        => Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 3]).Reshape(shape));

    [Fact]
    public void Rows_lie_inside()
    {
        Tensor x = Tensor.Zeros([3, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Rows(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Rows(-1, 1));
        Assert.Equal(0, x.Rows(3, 0).Count);
    }

    [Fact]
    public void A_shape_is_neither_negative_nor_beyond_31_bits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Create(2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Create(1 << 16, 1 << 15));
        Assert.Equal(1, Shape.Create().Elements);
    }

    [Fact]
    public void A_shape_spreads_into_its_lengths()
    {
        Shape shape = [2, 3, 5];
        int[] lengths = [.. shape, 7];
        int[] expected = [2, 3, 5, 7];
        Assert.Equal(expected, lengths);
    }

    [Fact]
    public void Operations_refuse_elements_that_are_not_float32()
        => Assert.Throws<InvalidOperationException>(() => Tensor.Zeros([2], DType.Float16) + Tensor.Zeros([2]));

    [Fact]
    public void A_span_has_the_elements_size()
    {
        Assert.Throws<InvalidOperationException>(() => Tensor.Zeros([2]).AsSpan<double>().Length);
        Assert.Equal(2, Tensor.Zeros([2], DType.Int64).AsSpan<long>().Length);
    }
}
