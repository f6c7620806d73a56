using System.Runtime.CompilerServices;
using Rubato.Imaging;

namespace Rubato.Evaluation;

/// <summary>Two pictures that are to be compared.</summary>
internal static class PicturePair
{
    public static void RequireAlike(Picture a, Picture b, [CallerArgumentExpression(nameof(b))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if ((a.Width, a.Height, a.Channels) != (b.Width, b.Height, b.Channels))
            throw new ArgumentException($"The pictures differ in size: {a.Width} x {a.Height} x {a.Channels} "
                + $"and {b.Width} x {b.Height} x {b.Channels}.", name);
    }
}
