namespace Rubato.Tensors.Kernels;

/// <summary>One call of attention: its operands as the caller holds them, and how queries come in and results go out.</summary>
internal readonly unsafe struct AttentionCall
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>[B, Tq, heads, d]</summary>
    public required float* Queries { get; init; }

    /// <summary>[B, Tk, heads, d]</summary>
    public required float* Keys { get; init; }

    /// <summary>[B, Tk, heads, dv]</summary>
    public required float* Values { get; init; }

    /// <summary>[B, Tq, heads, dv]</summary>
    public required float* Result { get; init; }

    public required AttentionMask Mask { get; init; }

    public required int Batch { get; init; }

    public required int Heads { get; init; }

    public required int QueryCount { get; init; }

    public required int KeyCount { get; init; }

    public required int Depth { get; init; }

    public required int ValueDepth { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required double Scale { get; init; }

    /// <summary>Rough number of float operations.</summary>
    public long Work => 2L * Batch * Heads * QueryCount * KeyCount * (Depth + ValueDepth);

    public float* Key(int batch, int head, int index)
        => Keys + (((long)batch * KeyCount + index) * Heads + head) * Depth;

    public float* Value(int batch, int head, int index)
        => Values + (((long)batch * KeyCount + index) * Heads + head) * ValueDepth;

    /// <summary>Turns queries to panels of [d][lanes], scaled to scores in units of log2(e).</summary>
    /// <param name="batch">Index of the sample.</param>
    /// <param name="head">Index of the head.</param>
    /// <param name="first">First query.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="to">The first panel.</param>
    /// <param name="lanes">Queries of a panel.</param>
    /// <param name="pitch">Elements from one panel to the next.</param>
    public void TurnQueries(int batch, int head, int first, int count, float* to, int lanes, int pitch)
    {
        float scale = (float)(Scale * Log2E);
        for (int query = 0; query < count; query++)
        {
            float* from = Queries + (((long)batch * QueryCount + first + query) * Heads + head) * Depth;
            float* lane = to + query / lanes * pitch + query % lanes;
            for (int c = 0; c < Depth; c++) lane[c * lanes] = from[c] * scale;
        }
    }

    /// <summary>Divides sums, in panels of [dv][lanes], by their totals and turns them back.</summary>
    /// <inheritdoc cref="TurnQueries"/>
    public void StoreResults(int batch, int head, int first, int count, float* sums, float* totals, int lanes, int pitch)
    {
        for (int query = 0; query < count; query++)
        {
            float total = totals[query], inverse = total == 0 ? 0 : 1 / total;
            float* from = sums + query / lanes * pitch + query % lanes;
            float* to = Result + (((long)batch * QueryCount + first + query) * Heads + head) * ValueDepth;
            for (int c = 0; c < ValueDepth; c++) to[c] = from[c * lanes] * inverse;
        }
    }
}
