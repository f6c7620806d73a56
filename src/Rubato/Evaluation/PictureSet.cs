using Rubato.Imaging;
using Rubato.Networks;

namespace Rubato.Evaluation;

/// <summary>
/// What ResNet-56, and CLIP and Inception where they are at hand, say of a set of pictures that come one after the other. No
/// picture is kept.
/// </summary>
/// <param name="classifier">Looks at them.</param>
public sealed class PictureSet(PictureClassifier classifier)
{
    private readonly FeatureSums _sums = new(), _inceptionSums = new();
    private double _cosines;

    /// <summary>Pictures so far.</summary>
    public int Count => _sums.Count;

    /// <summary>Of the pictures of which a class was asked.</summary>
    public ClassAccuracy Accuracy { get; } = new();

    /// <summary>What compares pictures with the classes that were asked; null for nothing.</summary>
    internal ClipScore? Clip { get; init; }

    /// <summary>What sees the features of FID; null for nothing.</summary>
    internal InceptionFeatures? Inception { get; init; }

    /// <summary>
    /// CS-t2i: the mean cosine of a picture and "a photo of a {class}" over the pictures of which a class was asked; null
    /// without such pictures or without CLIP.
    /// </summary>
    internal double? TextToImage => Clip is null || Accuracy.Asked == 0 ? null : _cosines / Accuracy.Asked;

    /// <summary>Whether a picture has the size that ResNet-56 looks at.</summary>
    public static bool CanJudge(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return (picture.Width, picture.Height) == (ResNet56.Side, ResNet56.Side);
    }

    /// <summary>Adds pictures.</summary>
    /// <param name="pictures">32 x 32 pixels each.</param>
    /// <param name="asked">The class of CIFAR-10 that each is to show; null for none.</param>
    /// <exception cref="ArgumentException">A picture has another size, or there is not a class for each.</exception>
    public void Add(IReadOnlyList<Picture> pictures, IReadOnlyList<int?> asked)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(asked);
        if (pictures.Count != asked.Count)
            throw new ArgumentException($"{pictures.Count} pictures have {asked.Count} classes.", nameof(asked));
        ClassifierOutput output = classifier.Classify(pictures);
        _sums.Add(output.Features);
        foreach ((int? wanted, int named) in asked.Zip(output.Named))
            if (wanted is { } c) Accuracy.Add(c, named);
        Inception?.AddTo(_inceptionSums, pictures);
        if (Clip is not null) _cosines += CosinesWithClasses(Clip, [.. pictures.Zip(asked)]);
    }

    /// <summary>Fréchet distance in ResNet-56 features to another set; null for fewer than two pictures.</summary>
    public double? DistanceTo(FeatureStatistics other) => Count < 2 ? null : FrechetDistance.Between(_sums.Statistics(), other);

    /// <summary>FID to another set; null for fewer than two pictures or without Inception.</summary>
    internal double? FidTo(FeatureStatistics other)
        => _inceptionSums.Count < 2 ? null : FrechetDistance.Between(_inceptionSums.Statistics(), other);

    private static double CosinesWithClasses(ClipScore clip, (Picture Picture, int? Asked)[] all)
    {
        (Picture Picture, int? Asked)[] named = [.. all.Where(one => one.Asked is not null)];
        return clip.TextToImage([.. named.Select(one => one.Picture)],
            [.. named.Select(one => $"a photo of a {ResNet56.Classes[one.Asked!.Value]}")]).Sum();
    }
}
