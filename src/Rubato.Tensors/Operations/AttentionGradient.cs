using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The derivatives of <see cref="Attention"/>.</summary>
internal static unsafe class AttentionGradient
{
    /// <summary>With respect to queries, keys and values; operands as in the forward.</summary>
    public static (Tensor Dq, Tensor Dk, Tensor Dv) Compute(
        Tensor q, Tensor k, Tensor v, int heads, Tensor? mask, bool causal, double? scale, Tensor dy)
    {
        (int batch, int queries, int keys) = (q.Shape[0], q.Shape[1], k.Shape[1]);
        int depth = q.Shape[2] / heads, valueDepth = v.Shape[2] / heads;
        Tensor dq = Tensor.Empty(q.Shape), dk = Tensor.Empty(k.Shape), dv = Tensor.Empty(v.Shape);
        var kernel = new AttentionBackward
        {
            Queries = q.Floats,
            Keys = k.Floats,
            Values = v.Floats,
            Dy = dy.Floats,
            Dq = dq.Floats,
            Dk = dk.Floats,
            Dv = dv.Floats,
            Mask = AttentionMask.Of(mask, batch, heads, queries, keys, causal),
            Heads = heads,
            QueryCount = queries,
            KeyCount = keys,
            Depth = depth,
            ValueDepth = valueDepth,
            Scale = scale ?? 1 / Math.Sqrt(depth),
        };
        KernelSet.Current.For(kernel, batch * heads, 6L * batch * heads * queries * keys * (depth + valueDepth));
        return (dq, dk, dv);
    }
}
