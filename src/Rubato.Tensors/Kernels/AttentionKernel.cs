using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Attention in transposed form: queries are lanes. Scores S^T = K Q^T and results O^T += V^T P^T are register tiles
/// over a panel of queries, and softmax goes down the lanes without a shuffle. Lanes know nothing of each other and
/// blocks of keys are the same in every set, so no bit depends on the width. A unit is a group of queries of one head;
/// the panels of a group share each block of keys while it is near.
/// </summary>
internal readonly unsafe struct AttentionKernel : IKernel
{
    /// <summary>Elements from one channel to the next of turned values: an odd number of cache lines.</summary>
    public const int TurnedStride = KeyBlock + 16;

    /// <summary>Keys that softmax takes at once: their scores stay in the first cache level.</summary>
    public const int KeyBlock = 256;

    private const int GroupQueries = 64;
    private const double Log2E = 1.4426950408889634;

    /// <summary>[B, Tq, heads, d]</summary>
    public required float* Queries { get; init; }

    /// <summary>[B, heads, Tk, d]</summary>
    public required float* Keys { get; init; }

    /// <summary>[B, heads, blocks of keys, dv, <see cref="TurnedStride"/>]</summary>
    public required float* Values { get; init; }

    /// <summary>[B, Tq, heads, dv]</summary>
    public required float* Result { get; init; }

    public required AttentionMask Mask { get; init; }

    public required int Heads { get; init; }

    public required int QueryCount { get; init; }

    public required int KeyCount { get; init; }

    public required int Depth { get; init; }

    public required int ValueDepth { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required double Scale { get; init; }

    /// <summary>Units of one head.</summary>
    public int Groups => (QueryCount + GroupQueries - 1) / GroupQueries;

    /// <summary>Blocks that so many keys are cut into.</summary>
    public static int Blocks(int keys) => (keys + KeyBlock - 1) / KeyBlock;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width;
        long bytes = Workspace.Bytes(this, lanes);
        void* memory = NativePool.Rent(bytes);
        try
        {
            var work = new Workspace(this, lanes, memory);
            for (int unit = begin; unit < end; unit++)
                Group<T>(work, unit / Groups / Heads, unit / Groups % Heads, unit % Groups * GroupQueries);
        }
        finally
        {
            NativePool.Return(memory, bytes);
        }
    }

    /// <summary>All keys for a group of queries.</summary>
    private void Group<T>(in Workspace work, int batch, int head, int first)
        where T : struct, ISimd<T>
    {
        int count = Math.Min(GroupQueries, QueryCount - first), lanes = 2 * T.Width;
        Load(work, batch, head, first, count, lanes);
        // The edge of the group, not of its panels: panels are wider in some sets, and the same blocks are to be met in all.
        int visible = Mask.Visible(first + GroupQueries, KeyCount);
        for (int key = 0; key < visible; key += KeyBlock)
        {
            int keys = Math.Min(KeyBlock, KeyCount - key);
            float* k = Keys + (((long)batch * Heads + head) * KeyCount + key) * Depth;
            for (int i = 0; i < keys; i++) work.KeyRows[i] = k + i * Depth;
            float* v = Values + (((long)batch * Heads + head) * Blocks(KeyCount) + key / KeyBlock) * ValueDepth * TurnedStride;
            for (int c = 0; c < ValueDepth; c++) work.ValueRows[c] = v + c * TurnedStride;
            for (int query = 0; query < count; query += lanes)
            {
                float* sums = work.Sums + query * ValueDepth;
                Multiply<T>(work.KeyRows, keys, Depth, work.Queries + query * Depth, work.Scores, work.Zeros);
                float* bias = null;
                if (!Mask.LeavesAlone(first + query, key + keys))
                {
                    bias = work.Bias;
                    Mask.Fill(batch, head, first + query, Math.Min(lanes, count - query), key, keys, bias, lanes);
                }

                Softmax<T>(work.Scores, bias, keys, work.Maxima + query, work.Totals + query, sums);
                Multiply<T>(work.ValueRows, ValueDepth, keys, work.Scores, sums, start: null);
            }
        }

        Store(work, batch, head, first, count, lanes);
    }

    /// <summary>Turns queries to [panels][d][lanes], scaled to scores in units of log2(e), and clears the sums.</summary>
    private void Load(in Workspace work, int batch, int head, int first, int count, int lanes)
    {
        float scale = (float)(Scale * Log2E);
        new Span<float>(work.Queries, GroupQueries * Depth).Clear();
        new Span<float>(work.Sums, GroupQueries * ValueDepth).Clear();
        new Span<float>(work.Totals, GroupQueries).Clear();
        // Finite, so that the distance of a hidden key from it is minus infinity and not NaN.
        new Span<float>(work.Maxima, GroupQueries).Fill(float.MinValue);
        for (int query = 0; query < count; query++)
        {
            float* from = Queries + (((long)batch * QueryCount + first + query) * Heads + head) * Depth;
            float* to = work.Queries + query / lanes * lanes * Depth + query % lanes;
            for (int c = 0; c < Depth; c++) to[c * lanes] = from[c] * scale;
        }
    }

    /// <summary>C [rows][lanes] = (start or C) + A B, with B a panel of queries.</summary>
    private static void Multiply<T>(float** a, int rows, int length, float* b, float* c, float* start)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width;
        for (int row = 0; row < rows;)
        {
            int height = RegisterTile.Height(Math.Min(T.TileRows, rows - row));
            RegisterTile.Multiply<T>(height, a + row, pitch: 0, taps: 1, offset: 0, length, b, c + row * lanes, lanes, start);
            row += height;
        }
    }

    /// <summary>Scores to weights 2^(score - maximum); what was summed under a smaller maximum is scaled down to the new one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Softmax<T>(float* scores, float* bias, int keys, float* maxima, float* totals, float* sums)
        where T : struct, ISimd<T>
    {
        int width = T.Width, lanes = 2 * width;
        if (bias != null)
            for (int i = 0; i < keys * lanes; i += width) (T.Load(scores + i) + T.Load(bias + i)).Store(scores + i);

        T before0 = T.Load(maxima), before1 = T.Load(maxima + width), max0 = before0, max1 = before1;
        float* end = scores + keys * lanes;
        for (float* s = scores; s < end; s += lanes)
        {
            max0 = T.Max(max0, T.Load(s));
            max1 = T.Max(max1, T.Load(s + width));
        }

        max0.Store(maxima);
        max1.Store(maxima + width);
        T factor0 = VectorMath.Exp2NonPositive(before0 - max0), factor1 = VectorMath.Exp2NonPositive(before1 - max1);
        T total0 = factor0 * T.Load(totals), total1 = factor1 * T.Load(totals + width);
        for (float* s = scores; s < end; s += lanes)
        {
            T p0 = VectorMath.Exp2NonPositive(T.Load(s) - max0), p1 = VectorMath.Exp2NonPositive(T.Load(s + width) - max1);
            p0.Store(s);
            p1.Store(s + width);
            total0 += p0;
            total1 += p1;
        }

        total0.Store(totals);
        total1.Store(totals + width);
        for (float* o = sums; o < sums + ValueDepth * lanes; o += lanes)
        {
            (factor0 * T.Load(o)).Store(o);
            (factor1 * T.Load(o + width)).Store(o + width);
        }
    }

    /// <summary>Divides by the totals and turns the results back.</summary>
    private void Store(in Workspace work, int batch, int head, int first, int count, int lanes)
    {
        for (int query = 0; query < count; query++)
        {
            float total = work.Totals[query], inverse = total == 0 ? 0 : 1 / total;
            float* from = work.Sums + query / lanes * lanes * ValueDepth + query % lanes;
            float* to = Result + (((long)batch * QueryCount + first + query) * Heads + head) * ValueDepth;
            for (int c = 0; c < ValueDepth; c++) to[c] = from[c * lanes] * inverse;
        }
    }

    /// <summary>What one thread needs beside its operands; all in one buffer.</summary>
    private readonly struct Workspace
    {
        public Workspace(in AttentionKernel kernel, int lanes, void* memory)
        {
            Scores = (float*)memory;
            Bias = Scores + KeyBlock * lanes;
            Queries = Bias + KeyBlock * lanes;
            Sums = Queries + GroupQueries * kernel.Depth;
            Maxima = Sums + GroupQueries * kernel.ValueDepth;
            Totals = Maxima + GroupQueries;
            Zeros = Totals + GroupQueries;
            KeyRows = (float**)(Zeros + lanes);
            ValueRows = KeyRows + KeyBlock;
            new Span<float>(Zeros, lanes).Clear();
        }

        /// <summary>One block by one panel: [keys][lanes].</summary>
        public float* Scores { get; }

        /// <summary>As <see cref="Scores"/>.</summary>
        public float* Bias { get; }

        /// <summary>[panels][d][lanes]</summary>
        public float* Queries { get; }

        /// <summary>[panels][dv][lanes]</summary>
        public float* Sums { get; }

        public float* Maxima { get; }

        public float* Totals { get; }

        public float* Zeros { get; }

        public float** KeyRows { get; }

        public float** ValueRows { get; }

        public static long Bytes(in AttentionKernel kernel, int lanes)
            => sizeof(float) * (2L * KeyBlock * lanes + (long)GroupQueries * (kernel.Depth + kernel.ValueDepth + 2) + lanes)
                + sizeof(float*) * ((long)KeyBlock + kernel.ValueDepth);
    }
}

/// <summary>
/// Gathers each head's keys [B, Tk, heads, d], which lie apart, and turns its values [B, Tk, heads, dv], to the forms
/// that <see cref="AttentionKernel"/> names. A unit is a block of keys of one head.
/// </summary>
internal readonly unsafe struct HeadPacker : IKernel
{
    public required float* Keys { get; init; }

    public required float* Values { get; init; }

    public required float* PackedKeys { get; init; }

    public required float* TurnedValues { get; init; }

    public required int Heads { get; init; }

    public required int KeyCount { get; init; }

    public required int Depth { get; init; }

    public required int ValueDepth { get; init; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int blocks = AttentionKernel.Blocks(KeyCount);
        for (int unit = begin; unit < end; unit++)
        {
            int first = unit % blocks * AttentionKernel.KeyBlock, count = Math.Min(AttentionKernel.KeyBlock, KeyCount - first);
            int batch = unit / blocks / Heads, head = unit / blocks % Heads;
            long row = ((long)batch * KeyCount + first) * Heads + head;
            float* k = Keys + row * Depth, v = Values + row * ValueDepth;
            float* packed = PackedKeys + (((long)batch * Heads + head) * KeyCount + first) * Depth;
            float* turned = TurnedValues + (long)unit * ValueDepth * AttentionKernel.TurnedStride;
            for (int i = 0; i < count; i++, k += Heads * Depth, v += Heads * ValueDepth)
            {
                new ReadOnlySpan<float>(k, Depth).CopyTo(new Span<float>(packed + i * Depth, Depth));
                for (int c = 0; c < ValueDepth; c++) turned[c * AttentionKernel.TurnedStride + i] = v[c];
            }
        }
    }
}
