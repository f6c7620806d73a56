using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Training.Horizons;

/// <summary>What a request may ask for, to measure errors with.</summary>
/// <param name="Number">Its place among all, from 0.</param>
/// <param name="Class">Null for none.</param>
/// <param name="Structure">Null for none.</param>
internal sealed record HorizonCondition(int Number, int? Class, Structure? Structure)
{
    /// <summary>Whether it is kept from training: every fifth is.</summary>
    public bool IsHeldOut => Number % 5 == 4;
}

/// <summary>
/// The conditions that horizons are learned from: classes and structures of training pictures in fixed parts, in a fixed order.
/// Settled before anything was measured: of every twenty, nine have a class and outlines, three a class and coarse colours, two
/// outlines alone, one coarse colours alone, four a class alone and one nothing.
/// </summary>
internal static class HorizonConditions
{
    private const int Round = 20, ClassAndEdges = 9, ClassAndColours = 12, Edges = 14, Colours = 15, Class = 19;

    // Steps through a round so that every fifth is not always of one kind.
    private const int Stride = 7;

    /// <summary>The first so many.</summary>
    public static HorizonCondition[] Of(TrainingPictures pictures, int count)
        => [.. Enumerable.Range(0, count).Select(number => Of(pictures, number, PictureOf(pictures, number)))];

    /// <summary>The picture that a condition is taken from.</summary>
    public static int PictureOf(TrainingPictures pictures, int number)
        => new NumberedRandom(seed: 0, NoisePurpose.TrainingOrder).Below(pictures.Count, ulong.MaxValue, (uint)number);

    /// <summary>How many conditions there are at most where so many were not kept from training.</summary>
    public static int CountOf(int shown) => shown + shown / 4;   // four of five are shown

    private static HorizonCondition Of(TrainingPictures pictures, int number, int picture)
    {
        int place = (number * Stride + number / Round) % Round;
        int? label = place is >= ClassAndColours and < Colours or >= Class ? null : pictures.Label(picture);
        Structure? structure = place switch
        {
            < ClassAndEdges or (>= ClassAndColours and < Edges) => Structure.OfSketch(Sketch.OfPhoto(pictures.PictureAt(picture))),
            < Colours => Structure.OfColours(pictures.PictureAt(picture)),
            _ => null,
        };
        return new HorizonCondition(number, label, structure);
    }
}
