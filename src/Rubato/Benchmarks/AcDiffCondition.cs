using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Benchmarks;

/// <summary>What a sample of the study is to show: class and outlines of a picture.</summary>
/// <param name="Number">Its place among all, from 0.</param>
/// <param name="Name">In the keys of runs.</param>
/// <param name="Class">The class.</param>
/// <param name="Sketch">The outlines.</param>
/// <param name="Source">The picture that both are taken from.</param>
internal sealed record AcDiffCondition(int Number, string Name, int Class, Sketch Sketch, Picture Source)
{
    private const long FirstSeed = 100_000, NextNoise = 100_000;

    /// <summary>Which noise of the condition it is, from 0.</summary>
    public int Noise { get; private init; }

    /// <summary>Of start noise and steps: no other study has it.</summary>
    public long Seed => FirstSeed + Noise * NextNoise + Number;

    /// <summary>The outlines as a network reads them.</summary>
    public Structure Structure { get; } = Structure.OfSketch(Sketch);

    /// <summary>The same condition, with another noise.</summary>
    public AcDiffCondition Again() => this with { Noise = Noise + 1 };
}

/// <summary>
/// The conditions of the study: pictures in an order of their own, without those whose errors the model's horizons were fitted
/// to, and none twice.
/// </summary>
internal static class AcDiffConditions
{
    private const ulong Order = 1;   // horizons are fitted to the order of seed 0
    private const int NameDigits = 10;

    /// <summary>The first so many.</summary>
    /// <param name="pictures">Where they come from.</param>
    /// <param name="count">How many.</param>
    /// <param name="measured">How many conditions the model's horizons were measured on.</param>
    /// <exception cref="TrainingDataException">There are not so many pictures.</exception>
    public static AcDiffCondition[] Of(TrainingPictures pictures, int count, int measured)
    {
        var taken = Enumerable.Range(0, measured).Select(number => HorizonConditions.PictureOf(pictures, number)).ToHashSet();
        if (pictures.Count - taken.Count < count)
        {
            throw new TrainingDataException(pictures.Source,
                $"holds {pictures.Count} pictures, of which {taken.Count} were used to fit horizons", $"{count} others are needed");
        }

        string set = pictures.Fingerprint()[..NameDigits];
        var order = new NumberedRandom(Order, NoisePurpose.TrainingOrder);
        var conditions = new List<AcDiffCondition>();
        for (uint draw = 0; conditions.Count < count; draw++)
        {
            int picture = order.Below(pictures.Count, ulong.MaxValue, draw);
            if (taken.Add(picture)) conditions.Add(Of(pictures, conditions.Count, picture, set));
        }

        return [.. conditions];
    }

    private static AcDiffCondition Of(TrainingPictures pictures, int number, int picture, string set)
    {
        Picture source = pictures.PictureAt(picture);
        return new AcDiffCondition(number, $"class and edges of {set} {picture}", pictures.Label(picture), Sketch.OfPhoto(source), source);
    }
}
