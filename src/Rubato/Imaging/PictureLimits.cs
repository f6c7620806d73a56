namespace Rubato.Imaging;

/// <summary>The largest picture that is read. Checked before any pixel has memory.</summary>
public sealed record PictureLimits
{
    /// <summary>16 384 a side, 64 Mpixel.</summary>
    public static PictureLimits Default { get; } = new();

    /// <summary>Largest width and height in pixels, from 1.</summary>
    public int MaxSide { get; init => field = value >= 1 ? value
        : throw new ArgumentOutOfRangeException(nameof(MaxSide), value, "must be at least 1"); } = 16_384;

    /// <summary>Largest width x height in pixels, from 1.</summary>
    public long MaxPixels { get; init => field = value >= 1 ? value
        : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, "must be at least 1"); } = 64 << 20;
}
