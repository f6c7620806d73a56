using System.Runtime.InteropServices;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Tests.Kernels.Assembled;

namespace Rubato.Tensors.Tests.Kernels;

[Collection(nameof(Alone))]
public sealed class BFloat16AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, false, false)]
    [InlineData(2, 3, 33, 77, 40, 24, false, false)]
    [InlineData(1, 2, 65, 300, 8, 70, true, false)]
    [InlineData(1, 1, 130, 257, 64, 5, false, true)]
    [InlineData(2, 1, 16, 513, 33, 12, true, true)]
    public void Has_the_bits_of_the_specification_on_every_set_and_any_number_of_threads(
        int batch, int heads, int queries, int keys, int depth, int valueDepth, bool masked, bool causal)
    {
        var random = new TorchCpuGenerator(7);
        Tensor q = Normal(batch, queries, heads * depth), k = Normal(batch, keys, heads * depth);
        Tensor v = Normal(batch, keys, heads * valueDepth);
        Tensor? mask = masked ? Normal(batch, heads, queries, keys) : null;
        if (mask is not null)
            foreach (ref float value in mask.AsSpan()) value = value < -0.5f ? float.NegativeInfinity : value;
        int[] expected = Bits(BFloat16Twin.Attention(q, k, v, heads, mask, causal));
        foreach (KernelSet set in Machine.Sets.Where(set => set.Fused).Concat(InterpretedSets.All))
        {
            foreach (int threads in (int[])[1, 2])
            {
                Tensor y = Machine.On(set, threads,
                    () => Attention.Forward(q, k, v, heads, mask, causal, precision: Precision.BFloat16));
                Assert.Equal(expected, Bits(y.AsSpan()));
            }
        }

        Tensor Normal(params ReadOnlySpan<int> shape)
        {
            Tensor tensor = Tensor.Empty(Shape.Create(shape));
            random.RandN(tensor.AsSpan());
            return tensor;
        }
    }

    [Fact]
    public void Is_as_close_to_float32_as_eight_bits_allow()
    {
        var random = new TorchCpuGenerator(3);
        Tensor q = Tensor.Empty([1, 100, 80]), k = Tensor.Empty([1, 400, 80]), v = Tensor.Empty([1, 400, 80]);
        foreach (Tensor operand in (Tensor[])[q, k, v]) random.RandN(operand.AsSpan());
        float[] exact = Attention.Forward(q, k, v, heads: 2).ToArray();
        float[] rounded = Attention.Forward(q, k, v, heads: 2, precision: Precision.BFloat16).ToArray();
        double error = Math.Sqrt(exact.Zip(rounded, (x, y) => Math.Pow(x - y, 2)).Sum() / exact.Sum(x => (double)x * x));
        // Each of the four roundings is off by 2^-9 at most, by 2^-9 / sqrt(3) on average.
        Assert.InRange(error, 1e-4, 4 * Math.Pow(2, -9));
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros()
    {
        Tensor x = Tensor.Full([1, 3, 8], 1), mask = Tensor.Zeros([3, 3]);
        mask.Rows(1, 1).AsSpan().Fill(float.NegativeInfinity);
        float[] y = Attention.Forward(x, x, x, heads: 1, mask, precision: Precision.BFloat16).ToArray();
        for (int i = 0; i < y.Length; i++) Assert.Equal(i / 8 == 1 ? 0 : 1, y[i]);
    }

    private static int[] Bits(ReadOnlySpan<float> x) => MemoryMarshal.Cast<float, int>(x).ToArray();
}
