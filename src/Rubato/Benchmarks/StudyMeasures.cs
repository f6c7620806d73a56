using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Benchmarks;

/// <summary>Runs as points: distances of pictures to those of the full runs of the same seeds.</summary>
/// <param name="perceptual">Null for none.</param>
internal sealed class StudyMeasures(PerceptualDistance? perceptual)
{
    /// <summary>PSNR in dB, run by run.</summary>
    public static double[] Psnrs(IEnumerable<RunResult> full, IEnumerable<RunResult> runs)
        => [.. full.Zip(runs, (a, b) => Psnr.Capped(a.Picture, b.Picture))];

    /// <param name="series">See <see cref="StudyPoint"/>.</param>
    /// <param name="group">See <see cref="StudyPoint"/>.</param>
    /// <param name="role">See <see cref="StudyPoint"/>.</param>
    /// <param name="settings">See <see cref="StudyPoint"/>.</param>
    /// <param name="full">The full runs.</param>
    /// <param name="runs">Those of the same seeds.</param>
    /// <param name="first">The runs that lead the group; null where these do.</param>
    public StudyPoint Point(
        string series, string group, PointRole role, string settings, RunResult[] full, RunResult[] runs, RunResult[]? first)
    {
        double[] psnr = Psnrs(full, runs);
        double evaluations = runs.Average(run => run.Evaluations);
        Picture picture = full[0].Picture;
        return new StudyPoint(series, group, role, settings, runs.Length, evaluations,
            evaluations / full.Average(run => run.Evaluations), Distribution.Of(psnr),
            Math.Min(picture.Width, picture.Height) < Ssim.Window ? null : Of(Ssim.Of),
            perceptual is null ? null : Of(perceptual.Between),
            first is null ? null : Distribution.Of([.. Psnrs(full, first).Zip(psnr, (a, b) => a - b)]));

        Distribution Of(Func<Picture, Picture, double> between)
            => Distribution.Of([.. full.Zip(runs, (a, b) => between(a.Picture, b.Picture))]);
    }
}
