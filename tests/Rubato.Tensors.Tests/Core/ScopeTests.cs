using FsCheck;
using FsCheck.Fluent;

namespace Rubato.Tensors.Tests.Core;

/// <summary>Who owns a tensor, and when its memory comes back.</summary>
public sealed class ScopeTests
{
    [Fact]
    public void Outside_of_every_scope_a_tensor_is_managed()
    {
        long before = NativePool.RentedBytes;
        Tensor x = Tensor.Full([3], 2);
        Assert.Equal(before, NativePool.RentedBytes);
        Assert.Equal([2f, 2, 2], x.ToArray());
    }

    [Fact]
    public void A_scope_gives_all_its_bytes_back()
    {
        long before = NativePool.RentedBytes;
        using (Scope.Begin())
        {
            _ = Tensor.Zeros([1000]) + Tensor.Zeros([1000]);
            Assert.True(NativePool.RentedBytes >= before + 3 * 4000);
        }

        Assert.Equal(before, NativePool.RentedBytes);
    }

    [Fact]
    public void A_tensor_whose_scope_has_ended_cannot_be_read()
    {
        Tensor x;
        using (Scope.Begin()) x = Tensor.Zeros([3]);
        Assert.Throws<ObjectDisposedException>(() => x.ToArray());
        Assert.Throws<ObjectDisposedException>(() => x.Reshape(3, 1).ToArray());
        Assert.Throws<ObjectDisposedException>(() => x + x);
    }

    [Fact]
    public void What_is_kept_outlives_the_scope_with_its_values()
    {
        Tensor kept;
        using (Scope scope = Scope.Begin()) kept = scope.Keep(Tensor.From([1, 2, 3], [3]));
        Assert.Equal([1f, 2, 3], kept.ToArray());
    }

    [Fact]
    public void What_an_inner_scope_keeps_belongs_to_the_outer()
    {
        long before = NativePool.RentedBytes;
        Tensor kept;
        using (Scope.Begin())
        {
            using (Scope inner = Scope.Begin()) kept = inner.Keep(Tensor.From([4, 5], [2]));
            Assert.Equal([4f, 5], kept.ToArray());
        }

        Assert.Throws<ObjectDisposedException>(() => kept.ToArray());
        Assert.Equal(before, NativePool.RentedBytes);
    }

    [Fact]
    public void Keeping_a_view_keeps_the_numbers_that_it_shows()
    {
        Tensor kept;
        using (Scope scope = Scope.Begin()) kept = scope.Keep(Tensor.From([1, 2, 3, 4], [2, 2]).Rows(1, 1));
        Assert.Equal([3f, 4], kept.ToArray());
    }

    [Fact]
    public void A_scope_does_not_take_what_is_not_its_own()
    {
        Tensor managed = Tensor.Zeros([2]);
        using Scope scope = Scope.Begin();
        Assert.Same(managed, scope.Keep(managed));
    }

    [Fact]
    public void Scopes_end_in_reverse_order()
    {
        Scope outer = Scope.Begin(), inner = Scope.Begin();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        outer.Dispose();
        inner.Dispose();   // again: nothing happens
    }

    [Fact]
    public void Buffers_that_came_back_serve_the_next_scope()
    {
        NativePool.Trim();
        long first = Allocated(), second = Allocated();
        Assert.Equal(first, second);

        static long Allocated()
        {
            using Scope scope = Scope.Begin();
            _ = Tensor.Zeros([12345]);
            return NativePool.AllocatedBytes;
        }
    }

    [Fact]
    public void Trimming_gives_back_all_that_waits()
    {
        using (Scope.Begin()) _ = Tensor.Zeros([1 << 20]);
        NativePool.Trim();
        Assert.Equal(NativePool.RentedBytes, NativePool.AllocatedBytes);
    }

    [Fact]
    public void A_buffer_holds_what_was_asked_for_and_at_most_an_eighth_more()
        => Prop.ForAll(Gen.Choose(512, 50_000_000).ToArbitrary(), count =>
        {
            using Scope scope = Scope.Begin();
            long before = NativePool.RentedBytes;
            _ = Tensor.Empty([count], DType.UInt8);
            long rented = NativePool.RentedBytes - before;
            return rented >= count && rented <= count + count / 8 + 64;
        }).QuickCheckThrowOnFailure();
}
