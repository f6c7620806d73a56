using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Attention in transposed form: queries are lanes. Scores S^T = K Q^T and results O^T += V^T P^T are register tiles
/// over a panel of queries, and softmax goes down the lanes without a shuffle. Lanes know nothing of each other and
/// blocks of keys are the same in every set, so no bit depends on the width. A unit is a group of queries of one head;
/// the panels of a group share each block of keys while it is near.
/// </summary>
/// <param name="call">Operands and sizes.</param>
/// <param name="keys">[B, heads, Tk, d]</param>
/// <param name="values">[B, heads, blocks of keys, dv, <see cref="TurnedStride"/>]</param>
internal readonly unsafe struct AttentionKernel(AttentionCall call, float* keys, float* values) : IKernel
{
    /// <summary>Elements from one channel to the next of turned values: an odd number of cache lines.</summary>
    public const int TurnedStride = KeyBlock + 16;

    /// <summary>Keys that softmax takes at once: their scores stay in the first cache level.</summary>
    public const int KeyBlock = 256;

    /// <summary>Queries of a unit.</summary>
    public const int GroupQueries = 64;

    /// <summary>Units of one head.</summary>
    public static int Groups(int queries) => (queries + GroupQueries - 1) / GroupQueries;

    /// <summary>Blocks that so many keys are cut into.</summary>
    public static int Blocks(int keys) => (keys + KeyBlock - 1) / KeyBlock;

    /// <summary>The whole call.</summary>
    public static void Run(KernelSet set, in AttentionCall call)
    {
        int blocks = call.Batch * call.Heads * Blocks(call.KeyCount);
        long keyCount = (long)call.Batch * call.Heads * call.KeyCount * call.Depth;
        long valueCount = (long)blocks * call.ValueDepth * TurnedStride, bytes = (keyCount + valueCount) * sizeof(float);
        float* memory = (float*)NativePool.Rent(bytes);
        try
        {
            set.For(new HeadPacker(call, memory, memory + keyCount), blocks, bytes);
            int groups = call.Batch * call.Heads * Groups(call.QueryCount);
            set.For(new AttentionKernel(call, memory, memory + keyCount), groups, call.Work);
        }
        finally
        {
            NativePool.Return(memory, bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width;
        long bytes = Workspace.Bytes(call, lanes);
        void* memory = NativePool.Rent(bytes);
        try
        {
            var work = new Workspace(call, lanes, memory);
            int groups = Groups(call.QueryCount);
            for (int unit = begin; unit < end; unit++)
                Group<T>(work, unit / groups / call.Heads, unit / groups % call.Heads, unit % groups * GroupQueries);
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
        int count = Math.Min(GroupQueries, call.QueryCount - first), lanes = 2 * T.Width;
        int depth = call.Depth, valueDepth = call.ValueDepth;
        new Span<float>(work.Queries, GroupQueries * depth).Clear();
        new Span<float>(work.Sums, GroupQueries * valueDepth).Clear();
        OnlineSoftmax.Start(work.Maxima, work.Totals, GroupQueries);
        call.TurnQueries(batch, head, first, count, work.Queries, lanes, lanes * depth);
        // The edge of the group, not of its panels: panels are wider in some sets, and the same blocks are to be met in all.
        int visible = call.Mask.Visible(first + GroupQueries, call.KeyCount);
        for (int key = 0; key < visible; key += KeyBlock)
        {
            int block = Math.Min(KeyBlock, call.KeyCount - key);
            long unit = (long)batch * call.Heads + head;
            float* k = keys + (unit * call.KeyCount + key) * depth;
            for (int i = 0; i < block; i++) work.KeyRows[i] = k + i * depth;
            float* v = values + (unit * Blocks(call.KeyCount) + key / KeyBlock) * valueDepth * TurnedStride;
            for (int c = 0; c < valueDepth; c++) work.ValueRows[c] = v + c * TurnedStride;
            for (int query = 0; query < count; query += lanes)
            {
                float* sums = work.Sums + query * valueDepth;
                Multiply<T>(work.KeyRows, block, depth, work.Queries + query * depth, work.Scores, work.Zeros);
                float* bias = null;
                if (!call.Mask.LeavesAlone(first + query, key + block))
                {
                    bias = work.Bias;
                    call.Mask.Fill(batch, head, first + query, Math.Min(lanes, count - query), key, block, bias, lanes);
                }

                OnlineSoftmax.Next<T>(work.Scores, bias, block, work.Maxima + query, work.Totals + query, sums, valueDepth);
                Multiply<T>(work.ValueRows, valueDepth, block, work.Scores, sums, start: null);
            }
        }

        call.StoreResults(batch, head, first, count, work.Sums, work.Totals, lanes, lanes * valueDepth);
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

    /// <summary>What one thread needs beside its operands; all in one buffer.</summary>
    private readonly struct Workspace
    {
        public Workspace(in AttentionCall call, int lanes, void* memory)
        {
            Scores = (float*)memory;
            Bias = Scores + KeyBlock * lanes;
            Queries = Bias + KeyBlock * lanes;
            Sums = Queries + GroupQueries * call.Depth;
            Maxima = Sums + GroupQueries * call.ValueDepth;
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

        public static long Bytes(in AttentionCall call, int lanes)
            => sizeof(float) * (2L * KeyBlock * lanes + (long)GroupQueries * (call.Depth + call.ValueDepth + 2) + lanes)
                + sizeof(float*) * ((long)KeyBlock + call.ValueDepth);
    }
}

/// <summary>
/// Gathers each head's keys [B, Tk, heads, d], which lie apart, and turns its values [B, Tk, heads, dv], to the forms
/// that <see cref="AttentionKernel"/> names. A unit is a block of keys of one head.
/// </summary>
internal readonly unsafe struct HeadPacker(AttentionCall call, float* keys, float* values) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int blocks = AttentionKernel.Blocks(call.KeyCount), depth = call.Depth, valueDepth = call.ValueDepth;
        for (int unit = begin; unit < end; unit++)
        {
            int first = unit % blocks * AttentionKernel.KeyBlock;
            int count = Math.Min(AttentionKernel.KeyBlock, call.KeyCount - first);
            int batch = unit / blocks / call.Heads, head = unit / blocks % call.Heads;
            float* k = call.Key(batch, head, first), v = call.Value(batch, head, first);
            float* packed = keys + (((long)batch * call.Heads + head) * call.KeyCount + first) * depth;
            float* turned = values + (long)unit * valueDepth * AttentionKernel.TurnedStride;
            for (int i = 0; i < count; i++, k += call.Heads * depth, v += call.Heads * valueDepth)
            {
                new ReadOnlySpan<float>(k, depth).CopyTo(new Span<float>(packed + i * depth, depth));
                for (int c = 0; c < valueDepth; c++) turned[c * AttentionKernel.TurnedStride + i] = v[c];
            }
        }
    }
}
