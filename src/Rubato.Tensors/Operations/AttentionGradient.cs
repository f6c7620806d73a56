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
        Tensor dq = Tensor.Zeros(q.Shape), dk = Tensor.Zeros(k.Shape), dv = Tensor.Zeros(v.Shape);
        var kernel = new Kernel(q.Floats, k.Floats, v.Floats, dy.Floats, dq.Floats, dk.Floats, dv.Floats)
        {
            Mask = AttentionMask.Of(mask, batch, heads, queries, keys, causal),
            Heads = heads,
            Queries = queries,
            Keys = keys,
            Depth = depth,
            ValueDepth = valueDepth,
            Scale = scale ?? 1 / Math.Sqrt(depth),
        };
        KernelSet.Current.For(kernel, batch * heads, 6L * batch * heads * queries * keys * (depth + valueDepth));
        return (dq, dk, dv);
    }

    /// <summary>A unit is a head of a sample.</summary>
    private readonly struct Kernel(float* q, float* k, float* v, float* dy, float* dq, float* dk, float* dv) : IKernel
    {
        public required AttentionMask Mask { get; init; }

        public required int Heads { get; init; }

        public required int Queries { get; init; }

        public required int Keys { get; init; }

        public required int Depth { get; init; }

        public required int ValueDepth { get; init; }

        public required double Scale { get; init; }

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            float* addends = (float*)NativePool.Rent(Keys * 4L), p = (float*)NativePool.Rent(Keys * 4L);
            for (int unit = begin; unit < end; unit++)
                for (int query = 0; query < Queries; query++) Query<T>(unit / Heads, unit % Heads, query, addends, p);
            NativePool.Return(addends, Keys * 4L);
            NativePool.Return(p, Keys * 4L);
        }

        private void Query<T>(int batch, int head, int query, float* addends, float* p)
            where T : struct, ISimd<T>
        {
            nint pitch = Heads * Depth, valuePitch = Heads * ValueDepth;
            long at = ((long)batch * Queries + query) * pitch + head * Depth, keyAt = (long)batch * Keys * pitch + head * Depth;
            long yAt = ((long)batch * Queries + query) * valuePitch + head * ValueDepth;
            long valueAt = (long)batch * Keys * valuePitch + head * ValueDepth;
            Mask.Fill(batch, head, query, 1, 0, Keys, addends, 1);
            double most = double.NegativeInfinity, total = 0, mean = 0;
            for (int j = 0; j < Keys; j++)
            {
                addends[j] = (float)(Scale * Dot<T>(q + at, k + keyAt + j * pitch, Depth) + addends[j] / 1.4426950408889634);
                most = Math.Max(most, addends[j]);
            }

            if (double.IsNegativeInfinity(most)) return;   // the query sees no key
            for (int j = 0; j < Keys; j++) total += p[j] = (float)Math.Exp(addends[j] - most);
            for (int j = 0; j < Keys; j++)
            {
                p[j] = (float)(p[j] / total);
                addends[j] = Dot<T>(dy + yAt, v + valueAt + j * valuePitch, ValueDepth);
                mean += (double)p[j] * addends[j];
            }

            for (int j = 0; j < Keys; j++)
            {
                Add<T>(p[j], dy + yAt, dv + valueAt + j * valuePitch, ValueDepth);
                float slope = (float)(Scale * p[j] * (addends[j] - mean));
                Add<T>(slope, k + keyAt + j * pitch, dq + at, Depth);
                Add<T>(slope, q + at, dk + keyAt + j * pitch, Depth);
            }
        }

        private static float Dot<T>(float* x, float* y, int count)
            where T : struct, ISimd<T>
        {
            double sum = 0;
            for (int i = 0; i < count; i++) sum += (double)x[i] * y[i];
            return (float)sum;
        }

        private static void Add<T>(float factor, float* x, float* y, int count)
            where T : struct, ISimd<T>
        {
            T f = T.Create(factor);
            int i = 0;
            for (; i + T.Width <= count; i += T.Width) T.Fma(f, T.Load(x + i), T.Load(y + i)).Store(y + i);
            for (; i < count; i++) y[i] = MathF.FusedMultiplyAdd(factor, x[i], y[i]);
        }
    }
}
