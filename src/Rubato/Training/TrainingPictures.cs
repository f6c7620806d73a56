using Rubato.Files;
using Rubato.Imaging;

namespace Rubato.Training;

/// <summary>Pictures of one size with a class each, in memory.</summary>
public sealed class TrainingPictures
{
    private readonly byte[] _pixels;
    private readonly int[] _labels;

    /// <summary>Pictures of the given bytes, which are not copied.</summary>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="size">Height, width and channels, 1 or 3.</param>
    /// <param name="pixels">[N, height, width, channels]</param>
    /// <param name="labels">[N]: indices into <paramref name="classes"/>.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label is out of range.</exception>
    public TrainingPictures(
        string source, (int Height, int Width, int Channels) size, byte[] pixels, int[] labels, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classes);
        if (labels.Length == 0 || pixels.LongLength != (long)labels.Length * size.Height * size.Width * size.Channels)
            throw new ArgumentException($"{pixels.LongLength} bytes are not {labels.Length} pictures of {size}.", nameof(pixels));
        if (labels.Any(label => label < 0 || label >= classes.Count))
            throw new ArgumentException($"A label lies outside of 0 to {classes.Count - 1}.", nameof(labels));
        (Source, Size, _pixels, _labels, Classes) = (source, size, pixels, labels, classes);
    }

    /// <summary>Where they come from.</summary>
    public string Source { get; }

    /// <summary>Height, width and channels of each.</summary>
    public (int Height, int Width, int Channels) Size { get; }

    /// <summary>How many there are, from 1.</summary>
    public int Count => _labels.Length;

    /// <summary>Bytes of one.</summary>
    public int PictureBytes => Size.Height * Size.Width * Size.Channels;

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>[height, width, channels]</summary>
    public ReadOnlySpan<byte> Pixels(int index) => _pixels.AsSpan(checked(index * PictureBytes), PictureBytes);

    /// <summary>A copy as a picture.</summary>
    internal Picture PictureAt(int index) => new(Size.Width, Size.Height, Size.Channels, Pixels(index).ToArray());

    /// <summary>The class of a picture.</summary>
    public int Label(int index) => _labels[index];

    /// <summary>Identifies the pictures: SHA-256 of size, classes, labels and pixels, lower-case hexadecimal.</summary>
    public string Fingerprint() => PictureFingerprint.Of(Size, Classes, _labels, _pixels);

    /// <summary>
    /// Reads a folder: the binary files of CIFAR-10 (<see cref="Cifar10"/>), or PNG files with a class per sub-folder
    /// (<see cref="PictureFolder"/>).
    /// </summary>
    /// <exception cref="TrainingDataException">The folder holds neither, or a file is not as it should be.</exception>
    public static TrainingPictures Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{Printable.Escape(folder)}: there is no such folder.");
        return Cifar10.IsFolder(folder) ? Cifar10.ReadTraining(folder) : PictureFolder.Read(folder);
    }
}
