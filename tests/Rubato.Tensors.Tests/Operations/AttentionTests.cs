using FsCheck;
using FsCheck.Fluent;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Tests.Operations;

[Collection(nameof(Alone))]
public sealed class AttentionTests
{
    private static readonly float Hidden = float.NegativeInfinity;

    [Fact]
    public void Equals_the_float64_twin_at_any_size_with_any_mask_and_edge()
    {
        Gen<Case> cases =
            from size in Gen.Choose(1, 3).Zip(Gen.Choose(1, 3)).Zip(Gen.Elements(1, 2, 7, 16, 33, 64, 65, 77, 130), (a, b) => (a, b))
            from keys in Gen.Elements(0, 1, 5, 6, 13, 77, 255, 256, 257, 300, 513)
            from depth in Gen.Elements(1, 3, 8, 40).Zip(Gen.Elements(1, 5, 12, 40))
            from mask in Gen.Choose(-1, 7)
            from causal in Gen.Elements(false, true)
            select new Case(size.a.Item1, size.a.Item2, size.b, keys, depth.Item1, depth.Item2, mask, causal);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (Tensor q, Tensor k, Tensor v, Tensor? mask) = c.Operands();
            Tensor actual = Attention.Forward(q, k, v, c.Heads, mask, c.Causal);
            AssertClose(Twin(q, k, v, c.Heads, mask, c.Causal, scale: null), actual, 4e-6);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void All_sets_threads_and_batch_positions_give_the_same_bits()
    {
        var c = new Case(Batch: 3, Heads: 2, Queries: 131, Keys: 300, Depth: 40, ValueDepth: 24, MaskKind: 7, Causal: true);
        (Tensor q, Tensor k, Tensor v, Tensor? mask) = c.Operands();
        float[] expected = Attention.Forward(q, k, v, c.Heads, mask, c.Causal).ToArray();
        foreach (KernelSet set in Machine.Sets.Where(set => set.Fused))
        {
            using IDisposable use = KernelSet.Use(set);
            Assert.Equal(expected, Attention.Forward(q, k, v, c.Heads, mask, c.Causal).ToArray());
        }

        WorkerTeam before = WorkerTeam.Current;
        foreach (int threads in (int[])[1, 2, 3])
        {
            using var team = new WorkerTeam(threads);
            WorkerTeam.Current = team;
            float[] actual = Attention.Forward(q, k, v, c.Heads, mask, c.Causal).ToArray();
            WorkerTeam.Current = before;
            Assert.Equal(expected, actual);
        }

        for (int i = 0; i < c.Batch; i++)
        {
            Tensor alone = Attention.Forward(q.Rows(i, 1), k.Rows(i, 1), v.Rows(i, 1), c.Heads, mask!.Rows(i, 1), c.Causal);
            Assert.Equal(expected.AsSpan(i * alone.Count, alone.Count).ToArray(), alone.ToArray());
        }
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros_and_harms_no_other()
    {
        (Tensor q, Tensor k, Tensor v, _) = new Case(1, 1, 3, 300, 8, 8, -1, Causal: false).Operands();
        Tensor mask = Tensor.Zeros([3, 300]);
        mask.Rows(1, 1).AsSpan().Fill(Hidden);
        mask.Rows(2, 1).AsSpan()[..299].Fill(Hidden);
        Tensor y = Attention.Forward(q, k, v, heads: 1, mask).Reshape(3, 8);
        Assert.All(y.Rows(1, 1).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(v.Reshape(300, 8).Rows(299, 1).ToArray(), y.Rows(2, 1).ToArray());
        Assert.Equal(Attention.Forward(q.Reshape(3, 8).Rows(0, 1).Reshape(1, 1, 8), k, v, heads: 1).ToArray(), y.Rows(0, 1).ToArray());
    }

    [Fact]
    public void The_least_float_everywhere_weighs_all_keys_alike()
    {
        (Tensor q, Tensor k, Tensor v, _) = new Case(1, 1, 2, 4, 8, 1, -1, Causal: false).Operands();
        Tensor y = Attention.Forward(q, k, v, heads: 1, Tensor.Full([1, 4], float.MinValue));
        Assert.All(y.ToArray(), value => Assert.Equal(v.ToArray().Average(), value, 1e-6));
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void Huge_scores_choose_one_key_and_overflow_nothing(double scale)
    {
        (Tensor q, Tensor k, Tensor v, _) = new Case(1, 2, 9, 513, 8, 8, -1, Causal: false).Operands();
        Tensor y = Attention.Forward(q, k, v, heads: 2, scale: scale);
        // Scores near 4e4 are rounded to 4e-3: a near tie is decided, all else is exact.
        AssertClose(Twin(q, k, v, 2, mask: null, causal: false, scale), y, 2e-2);
    }

    [Fact]
    public void A_NaN_in_a_query_stays_in_its_row()
    {
        (Tensor q, Tensor k, Tensor v, _) = new Case(1, 1, 5, 20, 8, 8, -1, Causal: false).Operands();
        q.AsSpan()[8 * 3] = float.NaN;
        float[] y = Attention.Forward(q, k, v, heads: 1).ToArray();
        for (int i = 0; i < y.Length; i++) Assert.Equal(i / 8 == 3, float.IsNaN(y[i]));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Tensor x = Tensor.Zeros([1, 4, 6]);
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, Tensor.Zeros([1, 4, 5]), x, heads: 1));
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, Tensor.Zeros([2, 4, 6]), x, heads: 1));
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, x, Tensor.Zeros([1, 3, 6]), heads: 1));
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, x, x, heads: 4));
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, x, x, heads: 2, Tensor.Zeros([3, 4])));
        Assert.Throws<ArgumentException>(() => Attention.Forward(x, x, x, heads: 2, Tensor.Zeros([1, 3, 4, 4])));
    }

    /// <summary>The definition, in float64, with all scores at once.</summary>
    private static double[] Twin(Tensor q, Tensor k, Tensor v, int heads, Tensor? mask, bool causal, double? scale)
    {
        (int batch, int queries, int keys) = (q.Shape[0], q.Shape[1], k.Shape[1]);
        (int depth, int valueDepth) = (q.Shape[2] / heads, v.Shape[2] / heads);
        float[] qs = q.ToArray(), ks = k.ToArray(), vs = v.ToArray();
        float[] added = (mask ?? Tensor.Zeros([1])).Add(Tensor.Zeros([batch, heads, queries, keys])).ToArray();
        double[] result = new double[batch * queries * heads * valueDepth], scores = new double[keys];
        for (int row = 0; row < batch * heads * queries; row++)
        {
            int b = row / queries / heads, h = row / queries % heads, i = row % queries;
            for (int j = 0; j < keys; j++)
            {
                double dot = 0;
                for (int c = 0; c < depth; c++)
                    dot += (double)qs[((b * queries + i) * heads + h) * depth + c] * ks[((b * keys + j) * heads + h) * depth + c];
                scores[j] = causal && j > i ? Hidden : dot * (scale ?? 1 / Math.Sqrt(depth)) + added[row * keys + j];
            }

            double max = scores.DefaultIfEmpty(Hidden).Max(), total = 0;
            if (double.IsNegativeInfinity(max)) continue;
            for (int j = 0; j < keys; j++) total += scores[j] = Math.Exp(scores[j] - max);
            for (int j = 0; j < keys; j++)
                for (int c = 0; c < valueDepth; c++)
                    result[((b * queries + i) * heads + h) * valueDepth + c] += scores[j] / total * vs[((b * keys + j) * heads + h) * valueDepth + c];
        }

        return result;
    }

    private static void AssertClose(double[] expected, Tensor actual, double tolerance)
    {
        ReadOnlySpan<float> values = actual.AsSpan();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"{values[i]:r} at {i}, not {expected[i]:r}");
    }

    /// <summary>Sizes; MaskKind is -1 for none, else bit 0 a mask for each batch, bit 1 for each head, bit 2 for each query.</summary>
    private sealed record Case(int Batch, int Heads, int Queries, int Keys, int Depth, int ValueDepth, int MaskKind, bool Causal)
    {
        public (Tensor Q, Tensor K, Tensor V, Tensor? Mask) Operands()
        {
            var random = new TorchCpuGenerator(7);
            Tensor q = Normal([Batch, Queries, Heads * Depth]), k = Normal([Batch, Keys, Heads * Depth]);
            Tensor v = Normal([Batch, Keys, Heads * ValueDepth]);
            if (MaskKind < 0) return (q, k, v, null);
            Tensor mask = Normal([(MaskKind & 1) != 0 ? Batch : 1, (MaskKind & 2) != 0 ? Heads : 1, (MaskKind & 4) != 0 ? Queries : 1, Keys]);
            foreach (ref float value in mask.AsSpan())
                if (value < -0.5f) value = Hidden;   // a third
            return (q, k, v, mask);

            Tensor Normal(Shape shape)
            {
                Tensor tensor = Tensor.Empty(shape);
                random.RandN(tensor.AsSpan());
                return tensor;
            }
        }
    }
}
