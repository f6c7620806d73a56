using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Attention as in <see cref="AttentionKernel"/>, with both products in bfloat16: scaled queries, keys, weights and values
/// are rounded; scores, softmax and its totals are float32. A unit is a group of queries of one head.
/// </summary>
/// <param name="call">Operands and sizes.</param>
/// <param name="keys">As <see cref="Packer"/> writes them.</param>
/// <param name="values">As <see cref="Packer"/> writes them.</param>
internal readonly unsafe struct BFloat16Attention<TTile>(AttentionCall call, byte* keys, byte* values) : IKernel
    where TTile : struct, IBFloat16Tile
{
    private const int KeyBlock = AttentionKernel.KeyBlock, GroupQueries = AttentionKernel.GroupQueries;

    private static int RowBytes => BFloat16.Step * TTile.Size;

    private static int TileBytes => RowBytes * TTile.Rows;

    private static int PanelBytes => RowBytes * TTile.Columns;

    /// <summary>Rows, filled up to whole tiles.</summary>
    private static int Whole(int rows) => (rows + TTile.Rows - 1) / TTile.Rows * TTile.Rows;

    /// <summary>The whole call.</summary>
    public static void Run(KernelSet set, in AttentionCall call)
    {
        var packer = new Packer(call, keys: null, values: null);
        int blocks = call.Batch * call.Heads * AttentionKernel.Blocks(call.KeyCount);
        long keyBytes = packer.KeyBytes * blocks, bytes = keyBytes + packer.ValueBytes * blocks;
        byte* memory = (byte*)NativePool.Rent(bytes);
        try
        {
            set.For(new Packer(call, memory, memory + keyBytes), blocks, bytes);
            int groups = call.Batch * call.Heads * AttentionKernel.Groups(call.QueryCount);
            set.For(new BFloat16Attention<TTile>(call, memory, memory + keyBytes), groups, call.Work);
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
        long bytes = Workspace.Bytes(call);
        byte* memory = (byte*)NativePool.Rent(bytes);
        TTile.Begin();
        try
        {
            var work = new Workspace(call, memory);
            int groups = AttentionKernel.Groups(call.QueryCount);
            for (int unit = begin; unit < end; unit++)
                Group<T>(work, unit / groups / call.Heads, unit / groups % call.Heads, unit % groups * GroupQueries);
        }
        finally
        {
            TTile.End();
            NativePool.Return(memory, bytes);
        }
    }

    /// <summary>All keys for a group of queries.</summary>
    private void Group<T>(in Workspace work, int batch, int head, int first)
        where T : struct, ISimd<T>
    {
        int count = Math.Min(GroupQueries, call.QueryCount - first);
        int lanes = TTile.Columns, pitch = Whole(call.ValueDepth) * lanes;
        new Span<float>(work.Sums, GroupQueries / lanes * pitch).Clear();
        OnlineSoftmax.Start(work.Maxima, work.Totals, GroupQueries);
        PackQueries(work, batch, head, first, count);
        int steps = BFloat16.Steps(call.Depth), blocks = AttentionKernel.Blocks(call.KeyCount);
        var packer = new Packer(call, keys, values);
        // The edge of the group, not of its panels: panels are wider in some sets, and all are to meet the same blocks.
        int visible = call.Mask.Visible(first + GroupQueries, call.KeyCount);
        for (int key = 0; key < visible; key += KeyBlock)
        {
            int block = Math.Min(KeyBlock, call.KeyCount - key), keySteps = BFloat16.Steps(block);
            int unit = (batch * call.Heads + head) * blocks + key / KeyBlock;
            for (int query = 0; query < count; query += lanes)
            {
                float* sums = work.Sums + query / lanes * pitch;
                byte* panel = work.Queries + query / lanes * steps * PanelBytes;
                Multiply(packer.KeysOf(unit), block, steps, panel, work.Scores, adds: false);
                float* bias = null;
                if (!call.Mask.LeavesAlone(first + query, key + block))
                {
                    bias = work.Bias;
                    call.Mask.Fill(batch, head, first + query, Math.Min(lanes, count - query), key, block, bias, lanes);
                }

                OnlineSoftmax.Next<T>(
                    work.Scores, bias, block, work.Maxima + query, work.Totals + query, sums, call.ValueDepth);
                new Span<float>(work.Scores + block * lanes, (keySteps * BFloat16.Step - block) * lanes).Clear();
                for (int step = 0; step < keySteps; step++)
                    TTile.PackPanel(work.Scores + step * BFloat16.Step * lanes, work.Weights + step * PanelBytes);
                Multiply(packer.ValuesOf(unit), call.ValueDepth, keySteps, work.Weights, sums, adds: true);
            }
        }

        call.StoreResults(batch, head, first, count, work.Sums, work.Totals, lanes, pitch);
    }

    /// <summary>Queries to panels: [panels][steps of d].</summary>
    private void PackQueries(in Workspace work, int batch, int head, int first, int count)
    {
        int lanes = TTile.Columns, steps = BFloat16.Steps(call.Depth);
        for (int query = 0; query < count; query += lanes)
        {
            float* turned = work.Turned;
            new Span<float>(turned, steps * BFloat16.Step * lanes).Clear();
            call.TurnQueries(batch, head, first + query, Math.Min(lanes, count - query), turned, lanes, pitch: 0);
            byte* panel = work.Queries + query / lanes * steps * PanelBytes;
            for (int step = 0; step < steps; step++)
                TTile.PackPanel(turned + step * BFloat16.Step * lanes, panel + step * PanelBytes);
        }
    }

    /// <summary>C [rows][lanes] = A B, or += A B, tile by tile.</summary>
    private static void Multiply(byte* a, int rows, int steps, byte* b, float* c, bool adds)
    {
        for (int row = 0; row < rows; row += TTile.Rows, a += steps * TileBytes, c += TTile.Rows * TTile.Columns)
            TTile.Multiply(Math.Min(TTile.Rows, rows - row), a, b, steps, c, adds);
    }

    /// <summary>What one thread needs beside its operands; all in one buffer.</summary>
    private readonly struct Workspace
    {
        public Workspace(in AttentionCall call, byte* memory)
        {
            int lanes = TTile.Columns, steps = BFloat16.Steps(call.Depth);
            Scores = (float*)memory;
            Bias = Scores + Whole(KeyBlock) * lanes;
            Turned = Bias + KeyBlock * lanes;
            Sums = Turned + steps * BFloat16.Step * lanes;
            Maxima = Sums + GroupQueries * Whole(call.ValueDepth);
            Totals = Maxima + GroupQueries;
            Queries = (byte*)(Totals + GroupQueries);
            Weights = Queries + GroupQueries / lanes * steps * PanelBytes;
        }

        /// <summary>One block by one panel: [keys][lanes].</summary>
        public float* Scores { get; }

        /// <summary>As <see cref="Scores"/>.</summary>
        public float* Bias { get; }

        /// <summary>One panel of queries before it is rounded: [d][lanes].</summary>
        public float* Turned { get; }

        /// <summary>[panels][dv][lanes]</summary>
        public float* Sums { get; }

        public float* Maxima { get; }

        public float* Totals { get; }

        /// <summary>[panels][steps of d]</summary>
        public byte* Queries { get; }

        /// <summary>Rounded weights of one block by one panel: [steps of keys].</summary>
        public byte* Weights { get; }

        public static long Bytes(in AttentionCall call)
        {
            var end = new Workspace(call, memory: null);
            return (long)end.Weights + KeyBlock / BFloat16.Step * PanelBytes;
        }
    }

    /// <summary>
    /// Rounds each head's keys to [blocks of keys][tiles of keys][steps of d], and its values to
    /// [blocks of keys][tiles of dv][steps of keys]. A unit is a block of keys of one head.
    /// </summary>
    private readonly struct Packer(AttentionCall call, byte* keys, byte* values) : IKernel
    {
        /// <summary>Bytes of a block.</summary>
        public long KeyBytes => (long)Whole(KeyBlock) * BFloat16.Steps(call.Depth) * RowBytes;

        /// <summary>Bytes of a block.</summary>
        public long ValueBytes => (long)Whole(call.ValueDepth) * (KeyBlock / BFloat16.Step) * RowBytes;

        public byte* KeysOf(int block) => keys + block * KeyBytes;

        public byte* ValuesOf(int block) => values + block * ValueBytes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int blocks = AttentionKernel.Blocks(call.KeyCount), steps = BFloat16.Steps(call.Depth);
            int valueStride = call.Heads * call.ValueDepth;
            float* channel = stackalloc float[KeyBlock];
            for (int unit = begin; unit < end; unit++)
            {
                int first = unit % blocks * KeyBlock, count = Math.Min(KeyBlock, call.KeyCount - first);
                int batch = unit / blocks / call.Heads, head = unit / blocks % call.Heads;
                for (int i = 0; i < count; i++)
                    TTile.PackRow(call.Key(batch, head, first + i), call.Depth, Row(KeysOf(unit), i, steps), TileBytes);
                float* v = call.Value(batch, head, first);
                for (int c = 0; c < call.ValueDepth; c++)
                {
                    for (int i = 0; i < count; i++) channel[i] = v[(long)i * valueStride + c];
                    TTile.PackRow(channel, count, Row(ValuesOf(unit), c, BFloat16.Steps(count)), TileBytes);
                }
            }
        }

        /// <summary>The first step of a row.</summary>
        private static byte* Row(byte* tiles, int row, int steps)
            => tiles + row / TTile.Rows * steps * TileBytes + row % TTile.Rows * RowBytes;
    }
}
