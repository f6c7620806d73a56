using Rubato.Imaging;
using Rubato.Networks;

namespace Rubato.Evaluation;

/// <summary>What ResNet-56 says of a set of pictures that come one after the other. No picture is kept.</summary>
/// <param name="classifier">Looks at them.</param>
public sealed class PictureSet(PictureClassifier classifier)
{
    private readonly FeatureSums _sums = new();

    /// <summary>Pictures so far.</summary>
    public int Count => _sums.Count;

    /// <summary>Of the pictures of which a class was asked.</summary>
    public ClassAccuracy Accuracy { get; } = new();

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
    }

    /// <summary>Fréchet distance in ResNet-56 features to another set; null for fewer than two pictures.</summary>
    public double? DistanceTo(FeatureStatistics other) => Count < 2 ? null : FrechetDistance.Between(_sums.Statistics(), other);
}
