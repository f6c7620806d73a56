using Rubato.Imaging;

namespace Rubato.Evaluation;

/// <summary>One seed of one class drawn twice: by a full run and with policies.</summary>
public sealed record Comparison
{
    /// <summary>Compares two samples of one seed.</summary>
    /// <exception cref="ArgumentException">The seeds, the classes or the pictures' sizes differ.</exception>
    public Comparison(GeneratedSample full, GeneratedSample adapted)
    {
        ArgumentNullException.ThrowIfNull(full);
        ArgumentNullException.ThrowIfNull(adapted);
        if (full.Seed != adapted.Seed)
            throw new ArgumentException($"The seeds differ: {full.Seed} and {adapted.Seed}.", nameof(adapted));
        if (full.Prompt != adapted.Prompt)
            throw new ArgumentException($"The classes differ: {full.Prompt} and {adapted.Prompt}.", nameof(adapted));
        (Full, Adapted) = (full, adapted);
        PsnrDecibels = Psnr.Capped(full.Picture, adapted.Picture);
        Similarity = full.Picture.Width < Ssim.Window || full.Picture.Height < Ssim.Window
            ? null : Ssim.Of(full.Picture, adapted.Picture);
    }

    /// <summary>The sample without any policy.</summary>
    public GeneratedSample Full { get; }

    /// <summary>The sample with policies.</summary>
    public GeneratedSample Adapted { get; }

    /// <summary>PSNR of the two in dB, at most <see cref="Psnr.Cap"/>.</summary>
    public double PsnrDecibels { get; }

    /// <summary>SSIM of the two; null for pictures smaller than its window.</summary>
    public double? Similarity { get; }

    /// <summary>The gain at which the largest difference of several comparisons is just white: a power of two, 1 to 64.</summary>
    public static int GainOf(IEnumerable<Comparison> comparisons)
    {
        const int Largest = 64;
        int most = comparisons.Max(pair => pair.Full.Picture.Pixels.Zip(pair.Adapted.Picture.Pixels,
            (a, b) => Math.Abs(a - b)).Max());
        int gain = 1;
        while (gain < Largest && most * gain * 2 <= byte.MaxValue) gain *= 2;
        return gain;
    }

    /// <summary>Where the two differ, times a gain.</summary>
    public Picture Difference(double gain) => Imaging.Difference.Absolute(Full.Picture, Adapted.Picture, gain);
}
