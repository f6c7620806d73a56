namespace Rubato.Imaging;

/// <summary>The five row filters (PNG specification, section 9): each predicts a byte from its neighbours.</summary>
internal static class PngFilter
{
    public const int Count = 5;

    /// <summary>Turns a filtered row into bytes of samples, in place.</summary>
    /// <param name="filter">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The row without the filter's byte.</param>
    /// <param name="above">The row above, as long; zeros above the first.</param>
    /// <param name="distance">Bytes from a sample to the same one of the pixel to the left.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (int i = 0; i < row.Length; i++)
        {
            (int left, int corner) = i < distance ? (0, 0) : (row[i - distance], above[i - distance]);
            row[i] += Predict(filter, left, above[i], corner);
        }
    }

    /// <summary>The row with each byte less its prediction.</summary>
    /// <param name="filter">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The row without the filter's byte.</param>
    /// <param name="above">The row above, as long; zeros above the first.</param>
    /// <param name="distance">Bytes from a sample to the same one of the pixel to the left.</param>
    /// <param name="filtered">Receives the row, as long.</param>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> filtered)
    {
        for (int i = 0; i < row.Length; i++)
        {
            (int left, int corner) = i < distance ? (0, 0) : (row[i - distance], above[i - distance]);
            filtered[i] = (byte)(row[i] - Predict(filter, left, above[i], corner));
        }
    }

    private static byte Predict(int filter, int left, int above, int corner) => filter switch
    {
        0 => 0,
        1 => (byte)left,
        2 => (byte)above,
        3 => (byte)((left + above) / 2),
        _ => Paeth(left, above, corner),
    };

    private static byte Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - 2 * corner);
        if (toLeft <= toAbove && toLeft <= toCorner)
            return (byte)left;
        return (byte)(toAbove <= toCorner ? above : corner);
    }
}
