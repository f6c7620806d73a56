using Rubato.Tensors.Autograd;
using Rubato.Tensors.Layers;

namespace Rubato.Tensors.Tests.Autograd;

/// <summary>What is recorded, how long it lives, and where gradients arrive. The rules themselves: OperationTests.</summary>
[Collection(nameof(Alone))]
public sealed class TapeTests
{
    [Fact]
    public void Every_use_of_a_tensor_adds_to_its_gradient()
    {
        Parameter x = Of(2, 3);
        using Tape tape = Tape.Begin();
        Tensor y = x.Value * x.Value + x.Value - 5 * x.Value;   // slope 2 x - 4
        tape.Backward(y, Tensor.From([1, 10], [2]));
        Assert.Equal([0f, 20], x.Gradient.ToArray());
    }

    [Fact]
    public void Gradients_are_added_until_they_are_cleared()
    {
        Parameter x = Of(2);
        for (int i = 0; i < 2; i++)
        {
            using Tape tape = Tape.Begin();
            Tensor y = 3 * x.Value;
            tape.Backward(y, Tensor.Full([1], 1));
            tape.Backward(y, Tensor.Full([1], 1));
        }

        Assert.Equal([12f], x.Gradient.ToArray());
        x.ClearGradient();
        Assert.Equal([0f], x.Gradient.ToArray());
    }

    [Fact]
    public void Views_and_copies_carry_gradients()
    {
        Parameter x = Of(1, 2, 3, 4, 5, 6);
        using Tape tape = Tape.Begin();
        Tensor rows = x.Value.Reshape(3, 2), upper = rows.Rows(0, 2), lower = rows.Rows(1, 2).Clone();
        tape.Backward(upper * lower, Tensor.Full([2, 2], 1));   // the middle row meets the first and the last
        Assert.Equal([3f, 4, 1 + 5, 2 + 6, 3, 4], x.Gradient.ToArray());
    }

    [Fact]
    public void A_row_of_a_table_gets_the_sum_over_the_ids_that_name_it()
    {
        Parameter table = new("table", Tensor.Zeros([3, 2]));
        using Tape tape = Tape.Begin();
        tape.Backward(new Embedding(table.Value).Forward([2, 0, 2]), Tensor.From([1, 2, 3, 4, 5, 6], [3, 2]));
        Assert.Equal([3f, 4, 0, 0, 6, 8], table.Gradient.ToArray());
    }

    [Fact]
    public void What_rules_need_outlives_the_scope_that_made_it()
    {
        Parameter x = Of(2);
        using Tape tape = Tape.Begin();
        Tensor y;
        using (Scope outer = Scope.Begin())
        {
            Tensor square;
            using (Scope inner = Scope.Begin()) square = inner.Keep(x.Value * x.Value);
            y = outer.Keep(square * square);   // the square itself ends with the outer scope
        }

        tape.Backward(y, Tensor.Full([1], 1));
        Assert.Equal([32f], x.Gradient.ToArray());   // 4 x^3
    }

    [Fact]
    public void A_tape_gives_all_its_bytes_back()
    {
        Parameter x = new("x", Tensor.Full([1000], 2));
        long before = NativePool.RentedBytes;
        using (Scope.Begin())
        {
            using Tape tape = Tape.Begin();
            Tensor y = Chain(x.Value);
            tape.Backward(y, Tensor.Full(y.Shape, 1));
        }

        Assert.Equal(before, NativePool.RentedBytes);
    }

    [Fact]
    public void Steps_reuse_the_memory_of_the_first()
    {
        Parameter x = new("x", Tensor.Full([1000], 2));
        Step();
        long allocated = NativePool.AllocatedBytes;
        for (int i = 0; i < 20; i++) Step();
        Assert.Equal(allocated, NativePool.AllocatedBytes);

        void Step()
        {
            using Tape tape = Tape.Begin();
            Tensor y = Chain(x.Value);
            tape.Backward(y, Tensor.Full(y.Shape, 1));
        }
    }

    [Fact]
    public void Gradients_of_a_long_chain_do_not_wait_for_its_end()
    {
        const int Length = 100;
        Parameter x = new("x", Tensor.Full([100_000], 1));
        using Tape tape = Tape.Begin();
        Tensor y = x.Value;
        for (int i = 0; i < Length; i++) y = y.Reshape(100, -1) + Tensor.Full([1], 1);   // rules that save nothing
        NativePool.Trim();
        long before = NativePool.AllocatedBytes;
        tape.Backward(y, Tensor.Full(y.Shape, 1));
        Assert.True(NativePool.AllocatedBytes - before < 10 * 4L * x.Value.Count);
    }

    [Fact]
    public void Without_a_tape_or_a_parameter_nothing_is_recorded()
    {
        Parameter x = Of(2);
        Assert.Null((x.Value * x.Value).Adjoint);
        using Tape tape = Tape.Begin();
        Tensor plain = Tensor.Full([1], 2) * Tensor.Full([1], 3);
        Assert.Null(plain.Adjoint);
        Assert.Throws<ArgumentException>(() => tape.Backward(plain, Tensor.Full([1], 1)));
    }

    [Fact]
    public void Rules_are_not_recorded_and_recording_goes_on_after_them()
    {
        Parameter x = Of(2);
        using Tape tape = Tape.Begin();
        Tensor y = x.Value * x.Value;
        tape.Backward(y, Tensor.Full([1], 1));
        tape.Backward(y * x.Value, Tensor.Full([1], 1));
        Assert.Equal([4f + 12], x.Gradient.ToArray());   // 2 x and 3 x^2
    }

    [Fact]
    public void The_gradient_that_is_given_stays_as_it_is()
    {
        Parameter x = Of(1, 2);
        using Tape tape = Tape.Begin();
        Tensor given = Tensor.Full([2], 1);
        tape.Backward(x.Value.Reshape(2) + x.Value.Reshape(2), given);
        Assert.Equal([1f, 1], given.ToArray());
    }

    [Fact]
    public void Layers_pack_a_parameter_anew_when_it_changed()
    {
        Parameter weight = new("weight", Tensor.From([1, 2], [1, 2])), bias = Of(10);
        var layer = new Linear(weight.Value, bias.Value);
        Tensor x = Tensor.From([1, 1], [1, 2]);
        Assert.Equal([13f], layer.Forward(x).ToArray());

        weight.Value.AsSpan()[0] = 5;
        bias.Value.AsSpan()[0] = 20;
        bias.MarkChanged();
        Assert.Equal([27f], layer.Forward(x).ToArray());
    }

    [Fact]
    public void No_gradient_passes_through_a_layer_that_kept_its_packed_weights_alone()
    {
        var layer = new Linear(Tensor.Full([1, 2], 1), bias: null);
        Parameter x = new("x", Tensor.Full([1, 2], 1));
        Assert.Equal([2f], layer.Forward(x.Value).ToArray());
        using Tape tape = Tape.Begin();
        Assert.Contains("parameters", Assert.Throws<InvalidOperationException>(() => layer.Forward(x.Value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fused_activation_gives_the_same_bits_under_a_tape()
    {
        var random = new TorchCpuGenerator(1);
        Parameter weight = new("weight", Normal([33, 3, 3, 3]));
        Tensor bias = Normal([33]), x = Normal([2, 5, 7, 3]), residual = Normal([2, 5, 7, 33]);
        var layer = new Conv2d(weight.Value, bias, ConvOptions.Same(1));
        float[] alone = layer.Forward(x, Activation.Silu, residual).ToArray();
        using Tape tape = Tape.Begin();
        Assert.Equal(alone, layer.Forward(x, Activation.Silu, residual).ToArray());

        Tensor Normal(Shape shape)
        {
            Tensor tensor = Tensor.Empty(shape);
            random.RandN(tensor.AsSpan());
            return tensor;
        }
    }

    [Fact]
    public void A_rule_that_fails_leaves_the_tape_usable()
    {
        Parameter x = Of(2);
        using Tape tape = Tape.Begin();
        Tensor middle = 3 * x.Value, broken = 1 * middle;
        tape.Record(broken, dy => throw new InvalidOperationException("broken"));
        Assert.Throws<InvalidOperationException>(() => tape.Backward(broken + middle, Tensor.Full([1], 1)));
        tape.Backward(middle, Tensor.Full([1], 1));
        Assert.Equal([3f], x.Gradient.ToArray());
    }

    [Fact]
    public void Mistakes_are_refused()
    {
        Parameter x = Of(1, 2);
        Assert.Throws<ArgumentException>(() => new Parameter("again", x.Value));
        Assert.Throws<ArgumentException>(() => new Parameter("half", Tensor.Zeros([1], DType.Float16)));
        Tape tape = Tape.Begin();
        Assert.Throws<InvalidOperationException>(Tape.Begin);
        Assert.Throws<ArgumentException>(() => tape.Backward(x.Value * 2, Tensor.Full([1], 1)));
        using (Scope.Begin()) Assert.Throws<InvalidOperationException>(tape.Dispose);
        tape.Dispose();
        tape.Dispose();   // again: nothing happens
        Assert.Throws<InvalidOperationException>(() => tape.Backward(x.Value, Tensor.Full([2], 1)));
        Tape.Begin().Dispose();
    }

    [Fact]
    public void A_parameter_lives_outside_of_the_scope_that_it_is_made_in()
    {
        Parameter x;
        using (Scope.Begin()) x = Of(1, 2);
        Assert.Equal([1f, 2], x.Value.ToArray());
        Assert.Equal([0f, 0], x.Gradient.ToArray());
    }

    private static Tensor Chain(Tensor x)
    {
        using Scope scope = Scope.Begin();
        Tensor y = x * x;
        for (int i = 0; i < 5; i++) y = (y + x).Silu().Reshape(10, -1).Reshape(-1);
        return scope.Keep(y);
    }

    private static Parameter Of(params float[] values) => new("x", Tensor.From(values, [values.Length]));
}
