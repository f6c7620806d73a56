using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Scaled dot-product attention over several heads.</summary>
public static unsafe class Attention
{
    /// <summary>
    /// softmax(scale q k^T + mask) v for every head. Softmax is computed online, a block of keys at a time, so the
    /// scores never exist as a whole.
    /// </summary>
    /// <param name="q">Queries: [B, Tq, heads * d], a head's channels side by side.</param>
    /// <param name="k">Keys: [B, Tk, heads * d].</param>
    /// <param name="v">Values: [B, Tk, heads * dv].</param>
    /// <param name="heads">Number of heads; divides the last axes.</param>
    /// <param name="mask">
    /// Added to the scaled scores: [B or 1, heads or 1, Tq or 1, Tk], leading axes may be absent. Minus infinity hides a key.
    /// </param>
    /// <param name="causal">Query i sees keys 0 to i only, counted from the first of both.</param>
    /// <param name="scale">Factor of the scores; 1 / sqrt(d) where null.</param>
    /// <param name="precision">What both products are computed in.</param>
    /// <returns>[B, Tq, heads * dv]; zeros for a query that sees no key.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Forward(
        Tensor q, Tensor k, Tensor v, int heads, Tensor? mask = null, bool causal = false, double? scale = null,
        Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(v);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        if (q.Shape.Rank != 3 || k.Shape.Rank != 3 || v.Shape.Rank != 3
            || k.Shape != q.Shape.With(1, k.Shape[1]) || v.Shape != k.Shape.With(2, v.Shape[2]))
        {
            throw new ArgumentException(
                $"Queries {q.Shape}, keys {k.Shape} and values {v.Shape} must be [B, Tq, C], [B, Tk, C] and [B, Tk, D].", nameof(q));
        }

        if (q.Shape[2] % heads != 0 || v.Shape[2] % heads != 0)
            throw new ArgumentException($"{heads} heads must divide the last axes of {q.Shape} and {v.Shape}.", nameof(heads));

        (int batch, int queries, int keys) = (q.Shape[0], q.Shape[1], k.Shape[1]);
        (int depth, int valueDepth) = (q.Shape[2] / heads, v.Shape[2] / heads);
        AttentionMask bias = AttentionMask.Of(mask, batch, heads, queries, keys, causal);
        Tensor result = Tensor.Empty([batch, queries, heads * valueDepth]);
        if (Tape.For(q, k, v, mask) is { } tape) Record(tape, q, k, v, heads, mask, causal, scale, result);
        if (result.Count == 0) return result;

        KernelSet.Current.Attend(precision, new AttentionCall
        {
            Queries = q.Floats,
            Keys = k.Floats,
            Values = v.Floats,
            Result = result.Floats,
            Mask = bias,
            Batch = batch,
            Heads = heads,
            QueryCount = queries,
            KeyCount = keys,
            Depth = depth,
            ValueDepth = valueDepth,
            Scale = scale ?? 1 / Math.Sqrt(depth),
        });
        return result;
    }

    private static void Record(Tape tape, Tensor q, Tensor k, Tensor v, int heads, Tensor? mask, bool causal, double? scale, Tensor y)
    {
        tape.Save(q);
        tape.Save(k);
        tape.Save(v);
        tape.Save(mask);
        tape.Record(y, dy =>
        {
            (Tensor dq, Tensor dk, Tensor dv) = AttentionGradient.Compute(q, k, v, heads, mask, causal, scale, dy);
            mask?.Adjoint?.Add(AttentionMaskGradient.Compute(q, k, v, heads, mask, causal, scale, dy));
            q.Adjoint?.Add(dq);
            k.Adjoint?.Add(dk);
            v.Adjoint?.Add(dv);
        });
    }
}
