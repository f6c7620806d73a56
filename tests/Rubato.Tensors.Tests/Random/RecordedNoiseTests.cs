namespace Rubato.Tensors.Tests;

public sealed class RecordedNoiseTests
{
    [Fact]
    public void Draws_come_back_in_order_and_end_with_a_word()
    {
        var noise = new RecordedNoise([Tensor.From([1, 2], [2]), Tensor.From([3, 4], [2]), Tensor.From([5], [1])]);
        float[] drawn = new float[2];
        noise.Normal(drawn);
        Assert.Equal([1, 2], drawn);
        noise.Increment(drawn, 2, 1);
        Assert.Equal([3, 4], drawn);
        Assert.Contains("1 numbers", Assert.Throws<InvalidOperationException>(() => noise.Normal(drawn)).Message, StringComparison.Ordinal);
        Assert.Contains("used up", Assert.Throws<InvalidOperationException>(() => noise.Normal(drawn)).Message, StringComparison.Ordinal);
    }
}
