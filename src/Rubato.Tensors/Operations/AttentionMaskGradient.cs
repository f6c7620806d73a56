namespace Rubato.Tensors;

/// <summary>The derivative of <see cref="Attention"/> with respect to a mask that is learned, such as position biases.</summary>
internal static unsafe class AttentionMaskGradient
{
    /// <summary>The shape of the mask; operands as in the forward.</summary>
    public static Tensor Compute(Tensor q, Tensor k, Tensor v, int heads, Tensor mask, bool causal, double? scale, Tensor dy)
    {
        (int queries, int keys, int depth) = (q.Shape[1], k.Shape[1], q.Shape[2] / heads);
        Tensor p = Heads(q, heads).MatMul(Heads(k, heads).Permute(0, 1, 3, 2)) * (scale ?? 1 / Math.Sqrt(depth));
        p += mask;
        if (causal)
        {
            for (int i = 0; i < p.Count; i++)
                if (i % keys > i / keys % queries) p.Floats[i] = float.NegativeInfinity;
        }

        Tensor greatest = p.Max(-1);
        // Where every key is hidden the greatest is -infinity, and nothing has a weight.
        p = (p - greatest.Clamp(float.MinValue, float.MaxValue)).Exp();
        p /= p.Sum(-1).Clamp(float.Epsilon, float.MaxValue);
        Tensor dp = Heads(dy, heads).MatMul(Heads(v, heads).Permute(0, 1, 3, 2));
        return Elementwise.SumTo(mask.Shape, p * (dp - (p * dp).Sum(-1)));
    }

    /// <summary>[B, T, heads * d] to [B, heads, T, d]</summary>
    private static Tensor Heads(Tensor x, int heads)
        => x.Reshape(x.Shape[0], x.Shape[1], heads, -1).Permute(0, 2, 1, 3);
}
