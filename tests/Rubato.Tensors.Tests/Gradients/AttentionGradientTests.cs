using Rubato.Tensors.Tests.Operations;
using static Rubato.Tensors.Tests.Gradients.Gradients;

namespace Rubato.Tensors.Tests.Gradients;

[Collection(nameof(Alone))]
public sealed class AttentionGradientTests
{
    private const float Hidden = float.NegativeInfinity;

    /// <summary>Batch, heads, queries, keys, depth, depth of values, shape of the mask, causal.</summary>
    public static TheoryData<int, int, int, int, int, int, int[]?, bool> Sizes => new()
    {
        { 1, 1, 1, 1, 1, 1, null, false }, { 2, 3, 5, 7, 3, 5, null, false }, { 2, 2, 16, 16, 8, 8, null, false },
        { 1, 2, 33, 33, 8, 8, null, true }, { 1, 2, 64, 64, 32, 32, null, false }, { 1, 1, 65, 130, 40, 33, null, false },
        { 2, 2, 20, 77, 8, 12, [77], false }, { 2, 2, 20, 9, 8, 4, [2, 1, 20, 9], false }, { 2, 3, 20, 17, 4, 4, [1, 3, 1, 17], true },
        { 1, 1, 3, 0, 4, 4, null, false },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void All_gradients_are_those_of_float64(
        int batch, int heads, int queries, int keys, int depth, int valueDepth, int[]? maskShape, bool causal)
    {
        Tensor q = Normal(1, batch, queries, heads * depth), k = Normal(2, batch, keys, heads * depth);
        Tensor v = Normal(3, batch, keys, heads * valueDepth), dy = Normal(4, batch, queries, heads * valueDepth);
        Tensor? mask = maskShape is null ? null : Normal(5, maskShape);
        if (mask is not null)
            foreach (ref float value in mask.AsSpan()) value = value < -0.5f ? Hidden : value;
        Twin[] want = Reference(q, k, v, heads, mask, causal, 0.5, dy);
        Agree(() =>
        {
            (Tensor dq, Tensor dk, Tensor dv) = AttentionGradient.Compute(q, k, v, heads, mask, causal, 0.5, dy);
            return [dq, dk, dv];
        }, want, 60);
    }

    [Fact]
    public void A_query_that_sees_no_key_adds_nothing()
    {
        Tensor q = Normal(1, 1, 3, 8), k = Normal(2, 1, 5, 8), v = Normal(3, 1, 5, 8), dy = Normal(4, 1, 3, 8), mask = Tensor.Zeros([3, 5]);
        mask.Rows(1, 1).AsSpan().Fill(Hidden);
        (Tensor dq, Tensor dk, Tensor dv) = AttentionGradient.Compute(q, k, v, 1, mask, causal: false, null, dy);
        dy.Reshape(3, 8).Rows(1, 1).AsSpan().Clear();
        (Tensor _, Tensor dk0, Tensor dv0) = AttentionGradient.Compute(q, k, v, 1, mask, causal: false, null, dy);
        Assert.All(dq.Reshape(3, 8).Rows(1, 1).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(dk0.ToArray(), dk.ToArray());
        Assert.Equal(dv0.ToArray(), dv.ToArray());
    }

    /// <summary>The chain rule, in float64, with all scores at once.</summary>
    private static Twin[] Reference(Tensor q, Tensor k, Tensor v, int heads, Tensor? mask, bool causal, double scale, Tensor dy)
    {
        (int batch, int queries, int keys) = (q.Shape[0], q.Shape[1], k.Shape[1]);
        (int depth, int valueDepth) = (q.Shape[2] / heads, v.Shape[2] / heads);
        (Twin tq, Twin tk, Twin tv, Twin tdy) = (Twin.Of(q), Twin.Of(k), Twin.Of(v), Twin.Of(dy));
        float[] added = (mask ?? Tensor.Zeros([1])).Add(Tensor.Zeros([batch, heads, queries, keys])).ToArray();
        Twin dq = Twin.Build([.. q.Shape], _ => 0), dk = Twin.Build([.. k.Shape], _ => 0), dv = Twin.Build([.. v.Shape], _ => 0);
        double[] p = new double[keys], dp = new double[keys];
        for (int row = 0; row < batch * heads * queries; row++)
        {
            int b = row / queries / heads, h = row / queries % heads, i = row % queries;
            for (int j = 0; j < keys; j++)
            {
                p[j] = causal && j > i ? Hidden
                    : scale * Sum(depth, c => tq[b, i, h * depth + c] * tk[b, j, h * depth + c]) + added[row * keys + j];
                dp[j] = Sum(valueDepth, c => tdy[b, i, h * valueDepth + c] * tv[b, j, h * valueDepth + c]);
            }

            double most = p.DefaultIfEmpty(Hidden).Max();
            if (double.IsNegativeInfinity(most)) continue;
            for (int j = 0; j < keys; j++) p[j] = Math.Exp(p[j] - most);
            double total = p.Sum(), mean = Sum(keys, j => p[j] / total * dp[j]);
            for (int j = 0; j < keys; j++)
            {
                double weight = p[j] / total, slope = scale * weight * (dp[j] - mean);
                for (int c = 0; c < valueDepth; c++) dv.Values[(b * keys + j) * heads * valueDepth + h * valueDepth + c] += weight * tdy[b, i, h * valueDepth + c];
                for (int c = 0; c < depth; c++)
                {
                    dq.Values[(b * queries + i) * heads * depth + h * depth + c] += slope * tk[b, j, h * depth + c];
                    dk.Values[(b * keys + j) * heads * depth + h * depth + c] += slope * tq[b, i, h * depth + c];
                }
            }
        }

        return [dq, dk, dv];
    }
}
