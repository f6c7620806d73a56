using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>The pictures that distances are taken to.</summary>
/// <param name="Path">Where they are.</param>
/// <param name="Count">How many there are, from 2.</param>
/// <param name="Statistics">Of their features.</param>
internal sealed record RealPictures(string Path, int Count, FeatureStatistics Statistics)
{
    private const int AtOnce = 64;

    /// <summary>Looks at the training pictures of CIFAR-10's files, or at PNG files.</summary>
    /// <exception cref="TrainingDataException">A file of CIFAR-10 is damaged.</exception>
    /// <exception cref="PictureException">A PNG file is damaged.</exception>
    /// <exception cref="UsageException">There are none, or too few.</exception>
    public static async Task<RealPictures> LookAsync(
        string path, InceptionFeatures inception, Terminal terminal, bool json, CancellationToken cancel)
    {
        (int count, Func<int, Picture> picture) = Open(path);
        if (count < 2) throw new UsageException($"--real {Printable.Escape(path)} holds one picture; a distribution takes two or more.");
        var share = new DoneShare();
        var sums = new FeatureSums();
        await share.ShowAsync($"looking at {Figures.Number(count)} real pictures", terminal, json, Task.Run(() =>
        {
            for (int begin = 0; begin < count; begin += AtOnce)
            {
                cancel.ThrowIfCancellationRequested();
                inception.AddTo(sums, [.. Enumerable.Range(begin, Math.Min(AtOnce, count - begin)).Select(picture)]);
                share.Report(sums.Count / (double)count);
            }

            return sums.Count;
        }, cancel)).ConfigureAwait(false);
        return new RealPictures(path, count, sums.Statistics());
    }

    private static (int Count, Func<int, Picture> Picture) Open(string path)
    {
        if (!Directory.Exists(path) || !Cifar10.IsFolder(path))
        {
            IReadOnlyList<PictureFile> files = PictureFile.Find([path]);
            return (files.Count, i => files[i].Read());
        }

        TrainingPictures all = Cifar10.ReadTraining(path);
        return (all.Count, i => new Picture(all.Size.Width, all.Size.Height, all.Size.Channels, all.Pixels(i).ToArray()));
    }
}
