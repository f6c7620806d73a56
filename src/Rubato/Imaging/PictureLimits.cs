namespace Rubato.Imaging;

/// <summary>The largest picture that is read. Checked before any pixel has memory.</summary>
public sealed record PictureLimits
{
    /// <summary>16 384 a side, 64 Mpixel.</summary>
    public static PictureLimits Default { get; } = new();

    // Rows of 8 bytes a pixel and pictures of 4 must fit an array.
    private const int Widest = 1 << 24;
    private const int Largest = 500 << 20;

    /// <summary>Largest width and height in pixels, 1 to 2^24.</summary>
    public int MaxSide
    {
        get; init => field = value is >= 1 and <= Widest ? value
        : throw new ArgumentOutOfRangeException(nameof(MaxSide), value, $"must be from 1 to {Widest}");
    } = 16_384;

    /// <summary>Largest width x height in pixels, 1 to 500 x 2^20.</summary>
    public int MaxPixels
    {
        get; init => field = value is >= 1 and <= Largest ? value
        : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, $"must be from 1 to {Largest}");
    } = 64 << 20;
}
