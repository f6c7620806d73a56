using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Cli.Commands;

/// <summary>A number for each pair of pictures.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Key">What JSON calls it.</param>
/// <param name="MoreIsBetter">Whether great numbers stand for pictures that are alike.</param>
/// <param name="Format">How it is printed.</param>
internal sealed record PairMeasure(string Name, string Key, bool MoreIsBetter, string Format)
{
    /// <summary>One for each pair; null where the pictures are too small for the measure.</summary>
    public List<double?> Values { get; } = [];

    /// <summary>Mean, median and the value of the pair that is least alike, where there are values.</summary>
    public (double Mean, double Median, double Worst)? Summary
    {
        get
        {
            double[] sorted = [.. Values.OfType<double>().Order()];
            if (sorted is []) return null;
            double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
            return (sorted.Average(), median, MoreIsBetter ? sorted[0] : sorted[^1]);
        }
    }
}

/// <summary>The measures of pairs of pictures.</summary>
internal sealed class PairMeasures
{
    private readonly PairMeasure _psnr = new("PSNR dB", "psnr", MoreIsBetter: true, "0.00");
    private readonly PairMeasure _ssim = new("SSIM", "ssim", MoreIsBetter: true, "0.0000");
    private readonly PairMeasure _clipScore = new("CS-i2i (CLIP)", "cs_i2i", MoreIsBetter: true, "0.0000");
    private readonly List<(PairMeasure Measure, PerceptualDistance Distance)> _perceptual = [];
    private readonly ClipScore? _clip;

    /// <param name="folder">The folder of what judges pictures.</param>
    /// <param name="lpips">A trunk of torchvision's; null without LPIPS.</param>
    /// <param name="clip">Null without CLIP.</param>
    public PairMeasures(string folder, string? lpips, ClipScore? clip)
    {
        _clip = clip;
        Add("squeezenet_distance", PerceptualDistance.SqueezeNet(folder));
        if (lpips is not null) Add("lpips", PerceptualDistance.Lpips(lpips, folder));

        void Add(string key, PerceptualDistance distance)
            => _perceptual.Add((new PairMeasure(distance.Name, key, MoreIsBetter: false, "0.0000"), distance));
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<PairMeasure> All
        => [_psnr, _ssim, .. _perceptual.Select(pair => pair.Measure), .. _clip is null ? (PairMeasure[])[] : [_clipScore]];

    /// <summary>Adds a pair of pictures of one size.</summary>
    public void Add(Picture a, Picture b)
    {
        int side = Math.Min(a.Width, a.Height);
        _psnr.Values.Add(Psnr.Capped(a, b));
        _ssim.Values.Add(side < Ssim.Window ? null : Ssim.Of(a, b));
        foreach ((PairMeasure measure, PerceptualDistance distance) in _perceptual)
            measure.Values.Add(side < distance.SmallestSide ? null : distance.Between(a, b));
        if (_clip is not null) _clipScore.Values.Add(_clip.ImageToImage(a, b));
    }
}
