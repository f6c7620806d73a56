using FsCheck;
using FsCheck.Fluent;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Layers;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Tests.Kernels;

[Collection(nameof(Alone))]
public sealed class PanelMatrixTests
{
    // Around the heights of tiles, the widths of panels, the blocks of rows and the parts of K.
    private static readonly Gen<(int M, int N, int K)> Sizes =
        from m in Gen.OneOf(Gen.Choose(1, 30), Gen.Elements(95, 96, 97, 193, 256, 257, 300))
        from n in Gen.OneOf(Gen.Choose(1, 70), Gen.Elements(127, 128, 129))
        from k in Gen.OneOf(Gen.Choose(1, 40), Gen.Elements(1023, 1024, 1025, 2047, 2048, 2049, 2050))
        select (m, n, k);

    [Fact]
    public void Products_equal_the_float64_reference_and_each_other_in_every_set()
    {
        Prop.ForAll(Sizes.ToArbitrary(), size =>
        {
            (int m, int n, int k) = size;
            Tensor x = Normal(1, m, k), w = Normal(2, n, k), bias = Normal(3, n), residual = Normal(4, m, n);
            float[]? first = null;
            foreach (KernelSet set in Machine.Sets.Where(set => set.Fused))
            {
                using IDisposable use = KernelSet.Use(set);
                float[] y = new Linear(w, bias).Forward(x, Activation.None, residual).ToArray();
                if (first is null) AssertProduct(x, w, bias, residual, first = y);
                else Assert.Equal(first, y);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Fact]
    public void Convolutions_give_the_same_bits_in_every_set_and_position()
    {
        // 9 taps of 130 channels: parts of seven and two taps; of 1100 channels: parts inside of a tap.
        foreach ((int channels, int outputs, int size) in new[] { (130, 37, 7), (1100, 19, 3), (3, 8, 12) })
        {
            Tensor x = Normal(1, 2, size, size, channels), w = Normal(2, outputs, channels, 3, 3);
            float[]? first = null;
            foreach (KernelSet set in Machine.Sets.Where(set => set.Fused))
            {
                using IDisposable use = KernelSet.Use(set);
                var conv = new Conv2d(w, bias: null, ConvOptions.Same(1));
                float[] y = conv.Forward(x).ToArray();
                Assert.Equal(first ??= y, y);
                Assert.Equal(y.AsSpan(y.Length / 2).ToArray(), conv.Forward(x.Rows(1, 1)).ToArray());
            }
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        WorkerTeam before = WorkerTeam.Current;
        foreach ((int m, int n, int k) in new[] { (300, 65, 1030), (64, 130, 2049), (7, 3, 5000), (1, 600, 300) })
        {
            Tensor x = Normal(1, m, k);
            var layer = new Linear(Normal(2, n, k), bias: null);
            float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                using var team = new WorkerTeam(threads);
                WorkerTeam.Current = team;
                float[] y = layer.Forward(x, Activation.Silu).ToArray();
                WorkerTeam.Current = before;
                return y;
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
    }

    private static void AssertProduct(Tensor x, Tensor w, Tensor bias, Tensor residual, float[] y)
    {
        (int k, int n) = (x.Shape[1], w.Shape[0]);
        float[] a = x.ToArray(), b = w.ToArray(), start = bias.ToArray(), added = residual.ToArray();
        for (int i = 0; i < y.Length; i += 1 + y.Length / 1000)   // all of a small one, a sample of a large one
        {
            double sum = start[i % n] + added[i], magnitude = Math.Abs(start[i % n]) + Math.Abs(added[i]);
            for (int c = 0; c < k; c++)
            {
                double term = (double)a[i / n * k + c] * b[i % n * k + c];
                sum += term;
                magnitude += Math.Abs(term);
            }

            // The standard bound of a chain of k + 2 roundings is (k + 2) u; roundings of either sign cancel to its root.
            double bound = 4 * Math.Sqrt(k + 2) * magnitude * Math.Pow(2, -24);
            Assert.True(Math.Abs(sum - y[i]) <= bound, $"{y[i]:r} at {i}, not {sum:r}, in a product of {x.Shape} and {w.Shape}");
        }
    }

    private static Tensor Normal(ulong seed, params ReadOnlySpan<int> shape)
    {
        Tensor tensor = Tensor.Empty(Shape.Create(shape));
        new TorchCpuGenerator(seed).RandN(tensor.AsSpan());
        return tensor;
    }
}
