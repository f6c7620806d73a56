using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>The pictures that distances are taken to.</summary>
/// <param name="Path">Where they are.</param>
/// <param name="Count">How many there are, from 2.</param>
/// <param name="Statistics">Of their features.</param>
internal sealed record RealPictures(string Path, int Count, FeatureStatistics Statistics)
{
    /// <summary>How files of <see cref="Save"/> end.</summary>
    public const string Extension = ".safetensors";

    private const int AtOnce = 64;
    private const string Set = "inception", CountTensor = Set + "_count", HashKey = Set + "_sha256";

    /// <summary>
    /// Looks at the training pictures of CIFAR-10's files, or at PNG files; or takes what <see cref="Save"/> wrote of pictures.
    /// </summary>
    /// <exception cref="CheckpointException">A file of statistics is damaged or of another Inception.</exception>
    /// <exception cref="TrainingDataException">A file of CIFAR-10 is damaged.</exception>
    /// <exception cref="PictureException">A PNG file is damaged.</exception>
    /// <exception cref="UsageException">There are none, or too few.</exception>
    public static async Task<RealPictures> LookAsync(
        string path, InceptionFeatures inception, Terminal terminal, bool json, CancellationToken cancel)
    {
        if (path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path)) return Load(path, inception);
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

    /// <summary>Writes what is known of the pictures, which takes long to find: a safetensors file of 34 MB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inception">What saw them.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, InceptionFeatures inception)
    {
        long features = Statistics.Features;
        SafetensorsWriter.Write(path,
        [
            Doubles($"{Set}_mean", Statistics.Mean, features),
            Doubles($"{Set}_cov", Statistics.Covariance, features, features),
            new TensorSource(CountTensor, SafetensorsDType.I64, [1], BitConverter.GetBytes((long)Count)),
        ], new Dictionary<string, string>(StringComparer.Ordinal) { [HashKey] = inception.Hash() });

        static TensorSource Doubles(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape)
            => new(name, SafetensorsDType.F64, shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    private static RealPictures Load(string path, InceptionFeatures inception)
    {
        var statistics = FeatureStatistics.Load(path, Set);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        if (checkpoint.Files[0].Metadata.GetValueOrDefault(HashKey) != inception.Hash())
            throw new CheckpointException(path, "holds what another Inception saw", "--save-real writes it for this one");
        long[] count = new long[1];
        StoredTensor counted = checkpoint[CountTensor];
        if (counted.ElementCount == 1) counted.ReadIntegers(count);
        return statistics.Features == InceptionV3.Features && count[0] is >= 2 and <= int.MaxValue
            ? new RealPictures(path, (int)count[0], statistics)
            : throw new CheckpointException(path, $"has {statistics.Features} features of {count[0]} pictures",
                $"it must have {InceptionV3.Features} of 2 or more");
    }

    private static (int Count, Func<int, Picture> Picture) Open(string path)
    {
        if (!Directory.Exists(path) || !Cifar10.IsFolder(path))
        {
            IReadOnlyList<PictureFile> files = PictureFile.Find([path]);
            return (files.Count, i => files[i].Read());
        }

        TrainingPictures all = Cifar10.ReadTraining(path);
        return (all.Count, all.PictureAt);
    }
}
