namespace Rubato.Tensors.Kernels;

/// <summary>What is added to the scores of attention: a tensor that may be repeated along axes, a causal edge, both or nothing.</summary>
internal readonly unsafe struct AttentionMask
{
    private const double Log2E = 1.4426950408889634;

    private readonly float* _data;
    private readonly long _batchStride;
    private readonly long _headStride;
    private readonly long _queryStride;
    private readonly bool _causal;

    private AttentionMask(float* data, long batchStride, long headStride, long queryStride, bool causal)
    {
        _data = data;
        _batchStride = batchStride;
        _headStride = headStride;
        _queryStride = queryStride;
        _causal = causal;
    }

    /// <summary>Checks the shape of a mask.</summary>
    /// <exception cref="ArgumentException">It cannot be repeated to [batch, heads, queries, keys].</exception>
    public static AttentionMask Of(Tensor? mask, int batch, int heads, int queries, int keys, bool causal)
    {
        if (mask is null) return new AttentionMask(null, 0, 0, 0, causal);
        (int b, int h, int q, int k) = (Length(4), Length(3), Length(2), Length(1));
        if (mask.Shape.Rank > 4 || k != keys || (q != 1 && q != queries) || (h != 1 && h != heads) || (b != 1 && b != batch))
        {
            throw new ArgumentException(
                $"A mask {mask.Shape} cannot be repeated to [{batch}, {heads}, {queries}, {keys}].", nameof(mask));
        }

        return new AttentionMask(mask.Floats, b == 1 ? 0 : (long)h * q * k, h == 1 ? 0 : (long)q * k, q == 1 ? 0 : k, causal);

        int Length(int fromEnd) => fromEnd <= mask.Shape.Rank ? mask.Shape[-fromEnd] : 1;
    }

    /// <summary>Keys that some query before <paramref name="queryEnd"/> can see: all from there on are hidden.</summary>
    public int Visible(int queryEnd, int keys) => _causal ? Math.Min(queryEnd, keys) : keys;

    /// <summary>Whether a block of scores stays as it is.</summary>
    public bool LeavesAlone(int query, int keyEnd) => _data == null && (!_causal || keyEnd <= query + 1);

    /// <summary>Writes the addends, in units of log2(e), of a block as [keys][lanes]; lanes beyond the queries get zeros.</summary>
    public void Fill(int batch, int head, int query, int queries, int key, int keys, float* to, int lanes)
    {
        new Span<float>(to, keys * lanes).Clear();
        for (int lane = 0; lane < queries; lane++)
        {
            float* row = _data + batch * _batchStride + head * _headStride + (query + lane) * _queryStride + key;
            if (_data != null)
                for (int i = 0; i < keys; i++) to[i * lanes + lane] = Log2Units(row[i]);
            if (_causal)
                for (int i = Math.Max(0, query + lane + 1 - key); i < keys; i++) to[i * lanes + lane] = float.NegativeInfinity;
        }
    }

    /// <summary>A finite addend stays finite: rows of the least float32 everywhere mean "all keys alike", not "no key".</summary>
    private static float Log2Units(float x)
        => float.IsFinite(x) ? (float)Math.Max(x * Log2E, float.MinValue) : x;
}
