using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// The gradients of attention. A unit is a head of a sample; its queries pass in blocks, for each of which the weights P
/// of all keys are computed anew. With dP = dy V^T and dS = scale P (dP - rowsum(P dP)): dV = P^T dy, dK = dS^T Q, dQ =
/// dS K. Scores have keys as lanes, in panels, so that all five products are register tiles: those by keys and values
/// are computed transposed, with channels as rows, which wastes nothing on narrow heads.
/// </summary>
internal readonly unsafe struct AttentionBackward : IKernel
{
    private const int BlockQueries = 64;
    private const double Log2E = 1.4426950408889634;

    /// <summary>[B, Tq, heads, d]</summary>
    public required float* Queries { get; init; }

    /// <summary>[B, Tk, heads, d]</summary>
    public required float* Keys { get; init; }

    /// <summary>[B, Tk, heads, dv]</summary>
    public required float* Values { get; init; }

    /// <summary>The gradient by the result: [B, Tq, heads, dv]</summary>
    public required float* Dy { get; init; }

    /// <summary>As <see cref="Queries"/>.</summary>
    public required float* Dq { get; init; }

    /// <summary>As <see cref="Keys"/>.</summary>
    public required float* Dk { get; init; }

    /// <summary>As <see cref="Values"/>.</summary>
    public required float* Dv { get; init; }

    public required AttentionMask Mask { get; init; }

    public required int Heads { get; init; }

    public required int QueryCount { get; init; }

    public required int KeyCount { get; init; }

    public required int Depth { get; init; }

    public required int ValueDepth { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required double Scale { get; init; }

    private int Pitch => Heads * Depth;

    private int ValuePitch => Heads * ValueDepth;

    /// <summary>Keys with those that fill the last panel of the widest set.</summary>
    private int PaddedKeys => (KeyCount + 31) / 32 * 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        long bytes = Workspace.Bytes(this, 2 * T.Width);
        void* memory = NativePool.Rent(bytes);
        try
        {
            var work = new Workspace(this, 2 * T.Width, memory);
            for (int unit = begin; unit < end; unit++) Head<T>(work, unit / Heads, unit % Heads);
        }
        finally
        {
            NativePool.Return(memory, bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Head<T>(in Workspace work, int batch, int head)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width;
        long keyAt = (long)batch * KeyCount * Pitch + head * Depth, valueAt = (long)batch * KeyCount * ValuePitch + head * ValueDepth;
        TurnToPanels(Keys + keyAt, Pitch, Depth, work.TurnedKeys, lanes);
        TurnToPanels(Values + valueAt, ValuePitch, ValueDepth, work.TurnedValues, lanes);
        for (int c = 0, panel = 0; c < Depth; c += lanes, panel++)
            CopyPanel(Keys + keyAt + c, Pitch, KeyCount, Math.Min(lanes, Depth - c), work.KeyPanels + (long)panel * PaddedKeys * lanes, lanes);
        new Span<float>(work.Dk, PaddedKeys * Depth).Clear();
        new Span<float>(work.Dv, PaddedKeys * ValueDepth).Clear();
        for (int first = 0; first < QueryCount; first += BlockQueries)
            Block<T>(work, batch, head, first, Math.Min(BlockQueries, QueryCount - first));
        TurnFromPanels(work.Dk, Depth, Dk + keyAt, Pitch, lanes);
        TurnFromPanels(work.Dv, ValueDepth, Dv + valueAt, ValuePitch, lanes);
    }

    /// <summary>All keys for a block of queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<T>(in Workspace work, int batch, int head, int first, int count)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width, panels = (KeyCount + lanes - 1) / lanes;
        float* q = Queries + ((long)batch * QueryCount + first) * Pitch + head * Depth;
        float* dy = Dy + ((long)batch * QueryCount + first) * ValuePitch + head * ValueDepth;
        for (int panel = 0; panel < panels; panel++)
        {
            long at = (long)panel * BlockQueries * lanes;
            Multiply<T>(work, q, Pitch, count, Depth, work.TurnedKeys + (long)panel * Depth * lanes, work.Scores + at, work.Zeros);
            Multiply<T>(work, dy, ValuePitch, count, ValueDepth, work.TurnedValues + (long)panel * ValueDepth * lanes, work.Slopes + at, work.Zeros);
        }

        for (int query = 0; query < count; query++) Row<T>(work, batch, head, first, query);

        Turning.Turn(dy, ValuePitch, work.Turned, BlockQueries, count, ValueDepth);
        for (int panel = 0; panel < panels; panel++)
        {
            Multiply<T>(work, work.Turned, BlockQueries, ValueDepth, count, work.Scores + (long)panel * BlockQueries * lanes,
                work.Dv + (long)panel * ValueDepth * lanes, start: null);
        }

        Turning.Turn(q, Pitch, work.Turned, BlockQueries, count, Depth);
        for (int panel = 0; panel < panels; panel++)
        {
            Multiply<T>(work, work.Turned, BlockQueries, Depth, count, work.Slopes + (long)panel * BlockQueries * lanes,
                work.Dk + (long)panel * Depth * lanes, start: null);
        }

        MultiplyByKeys<T>(work, Dq + ((long)batch * QueryCount + first) * Pitch + head * Depth, count);
    }

    /// <summary>C [rows][lanes] = (start or C) + A B for one panel B [length][lanes].</summary>
    private static void Multiply<T>(
        in Workspace work, float* a, nint stride, int rows, int length, float* b, float* c, float* start)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width;
        for (int row = 0; row < rows;)
        {
            int height = RegisterTile.Height(Math.Min(T.TileRows, rows - row));
            for (int r = 0; r < height; r++) work.Pointers[r] = a + (row + r) * stride;
            RegisterTile.Multiply<T>(height, work.Pointers, pitch: 0, taps: 1, offset: 0, length, b, c + row * lanes, lanes, start);
            row += height;
        }
    }

    /// <summary>dQ = dS K: each panel of keys is a tap.</summary>
    private void MultiplyByKeys<T>(in Workspace work, float* dq, int count)
        where T : struct, ISimd<T>
    {
        int lanes = 2 * T.Width, panels = (KeyCount + lanes - 1) / lanes;
        float* tile = stackalloc float[T.TileRows * lanes];
        for (int row = 0; row < count;)
        {
            int height = RegisterTile.Height(Math.Min(T.TileRows, count - row));
            for (int panel = 0; panel < panels; panel++)
                for (int r = 0; r < height; r++) work.Pointers[panel * height + r] = work.Slopes + ((long)panel * BlockQueries + row + r) * lanes;
            for (int c = 0, panel = 0; c < Depth; c += lanes, panel++)
            {
                // Slopes are zero beyond the last key, and so are the panels there.
                RegisterTile.Multiply<T>(height, work.Pointers, height, panels, offset: 0, lanes,
                    work.KeyPanels + (long)panel * PaddedKeys * lanes, tile, lanes, work.Zeros);
                int columns = Math.Min(lanes, Depth - c);
                for (int r = 0; r < height; r++)
                    new ReadOnlySpan<float>(tile + r * lanes, columns).CopyTo(new Span<float>(dq + (long)(row + r) * Pitch + c, columns));
            }

            row += height;
        }
    }

    /// <summary>Scores of a query to weights, and the gradient by weights to that by scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<T>(in Workspace work, int batch, int head, int first, int query)
        where T : struct, ISimd<T>
    {
        int width = T.Width, lanes = 2 * width, padded = PaddedKeys;
        nint pitch = (nint)BlockQueries * lanes;
        float* p = work.Weights, dp = work.Products, scores = work.Scores + query * lanes, slopes = work.Slopes + query * lanes;
        float* bias = null;
        if (!Mask.LeavesAlone(first + query, KeyCount)) Mask.Fill(batch, head, first + query, 1, 0, KeyCount, bias = work.Bias, 1);

        // Finite, so that the distance of a hidden key from it is minus infinity and not NaN.
        T scale = T.Create((float)(Scale * Log2E)), most = T.Create(float.MinValue);
        for (int i = 0; i < KeyCount; i += width)
        {
            T score = scale * T.Load(scores + i / lanes * pitch + i % lanes);
            (bias == null ? score : score + T.Load(bias + i)).Store(p + i);
        }

        for (int i = KeyCount; i < padded; i++) p[i] = float.NegativeInfinity;
        for (int i = 0; i < padded; i += width) most = T.Max(most, T.Load(p + i));
        float* greatest = stackalloc float[Lanes.Count];
        most.Store(greatest);
        for (int lane = 1; lane < width; lane++) *greatest = MathF.Max(*greatest, greatest[lane]);
        most = T.Create(*greatest);
        for (int i = 0; i < padded; i += width) VectorMath.Exp2NonPositive(T.Load(p + i) - most).Store(p + i);
        float total = Lanes.Sum<T>(p, padded);
        T inverse = T.Create(total == 0 ? 0 : 1 / total);   // zero: a query that sees no key
        for (int i = 0; i < padded; i += width)
        {
            (inverse * T.Load(p + i)).Store(p + i);
            T product = i < KeyCount ? T.Load(slopes + i / lanes * pitch + i % lanes) : T.Zero;
            product.Store(dp + i);
        }

        T mean = T.Create(Lanes.Dot<T>(p, dp, padded)), factor = T.Create((float)Scale);
        for (int i = 0; i < KeyCount; i += width)
        {
            nint at = i / lanes * pitch + i % lanes;
            T weight = T.Load(p + i);
            weight.Store(scores + at);
            (weight * (T.Load(dp + i) - mean) * factor).Store(slopes + at);
        }
    }

    /// <summary>[keys][channels] to [panels of keys][channels][lanes], zeros beyond the keys.</summary>
    private void TurnToPanels(float* from, int stride, int channels, float* to, int lanes)
    {
        for (int key = 0; key < KeyCount; key += lanes, to += channels * lanes)
        {
            int count = Math.Min(lanes, KeyCount - key);
            if (count < lanes) new Span<float>(to, channels * lanes).Clear();
            Turning.Turn(from + (long)key * stride, stride, to, lanes, count, channels);
        }
    }

    /// <summary>The reverse of <see cref="TurnToPanels"/>.</summary>
    private void TurnFromPanels(float* from, int channels, float* to, int stride, int lanes)
    {
        for (int key = 0; key < KeyCount; key += lanes, from += channels * lanes)
            Turning.Turn(from, lanes, to + (long)key * stride, stride, channels, Math.Min(lanes, KeyCount - key));
    }

    /// <summary>Rows of a panel, zeros beyond its columns and, up to the end of the last panel of keys, its rows.</summary>
    private void CopyPanel(float* from, int stride, int rows, int columns, float* to, int lanes)
    {
        new Span<float>(to, PaddedKeys * lanes).Clear();
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(from + (long)row * stride, columns).CopyTo(new Span<float>(to + row * lanes, columns));
    }

    /// <summary>What one thread needs beside its operands; all in one buffer.</summary>
    private readonly struct Workspace
    {
        public Workspace(in AttentionBackward kernel, int lanes, void* memory)
        {
            (int keys, int depth, int valueDepth) = (kernel.PaddedKeys, kernel.Depth, kernel.ValueDepth);
            TurnedKeys = (float*)memory;
            TurnedValues = TurnedKeys + (long)keys * depth;
            KeyPanels = TurnedValues + (long)keys * valueDepth;
            Dk = KeyPanels + (long)keys * Padded(depth, lanes);
            Dv = Dk + (long)keys * depth;
            Scores = Dv + (long)keys * valueDepth;
            Slopes = Scores + (long)keys * BlockQueries;
            Turned = Slopes + (long)keys * BlockQueries;
            Weights = Turned + (long)BlockQueries * Math.Max(depth, valueDepth);
            Products = Weights + keys;
            Bias = Products + keys;
            Zeros = Bias + keys;
            Pointers = (float**)(Zeros + lanes);
            new Span<float>(Zeros, lanes).Clear();
            new Span<float>(Bias, keys).Clear();
        }

        /// <summary>[panels of keys][d][lanes]</summary>
        public float* TurnedKeys { get; }

        /// <summary>[panels of keys][dv][lanes]</summary>
        public float* TurnedValues { get; }

        /// <summary>[panels of channels][keys][lanes]</summary>
        public float* KeyPanels { get; }

        /// <summary>As <see cref="TurnedKeys"/>.</summary>
        public float* Dk { get; }

        /// <summary>As <see cref="TurnedValues"/>.</summary>
        public float* Dv { get; }

        /// <summary>Scores, then weights, of a block: [panels of keys][queries][lanes].</summary>
        public float* Scores { get; }

        /// <summary>Gradients by weights, then by scores: as <see cref="Scores"/>.</summary>
        public float* Slopes { get; }

        /// <summary>A block of dy or of queries: [channels][queries].</summary>
        public float* Turned { get; }

        /// <summary>A row of <see cref="Scores"/>.</summary>
        public float* Weights { get; }

        /// <summary>A row of <see cref="Slopes"/>.</summary>
        public float* Products { get; }

        /// <summary>What the mask adds to a row.</summary>
        public float* Bias { get; }

        public float* Zeros { get; }

        public float** Pointers { get; }

        public static long Bytes(in AttentionBackward kernel, int lanes)
        {
            (long keys, int depth, int valueDepth) = (kernel.PaddedKeys, kernel.Depth, kernel.ValueDepth);
            return sizeof(float) * (keys * (2 * depth + 2 * valueDepth + Padded(depth, lanes) + 2 * BlockQueries + 3)
                    + (long)BlockQueries * Math.Max(depth, valueDepth) + lanes)
                + sizeof(float*) * (keys / lanes + 1) * 12;
        }

        private static int Padded(int depth, int lanes) => (depth + lanes - 1) / lanes * lanes;
    }
}
