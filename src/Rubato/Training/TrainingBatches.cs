using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Training.Horizons;

namespace Rubato.Training;

/// <summary>A noisy batch and what the network should say of it.</summary>
/// <param name="Noisy">[n, C, H, W]: alpha x0 + sigma noise.</param>
/// <param name="Target">[n, C, H, W]: v = alpha noise - sigma x0.</param>
/// <param name="Times">[n]: fractional training steps.</param>
/// <param name="Conditions">[n]; without a class where it is withheld, with structure where it is shown.</param>
/// <param name="Weights">[n]: of each picture's mean squared error.</param>
internal readonly record struct TrainingBatch(
    Tensor Noisy, Tensor Target, float[] Times, Condition?[] Conditions, double[] Weights);

/// <summary>
/// Batches as a pure function of the seed and the number of their first picture: nothing but that number has to be
/// remembered to go on.
/// </summary>
/// <param name="pictures">What is shown.</param>
/// <param name="process">Its levels.</param>
/// <param name="options">How.</param>
/// <param name="structured">Whether the network reads structure.</param>
/// <param name="adaptation">Whose horizons are shown too; null for none.</param>
internal sealed class TrainingBatches(
    TrainingPictures pictures, VariancePreserving process, TrainingOptions options, bool structured = false, HorizonAdaptation? adaptation = null)
{
    private enum Use : uint
    {
        Flip,
        Dropout,
        Level,
        Structure,
    }

    // How often pictures are shown with outlines and with coarse colours; else with neither. A reconstruction: AC-Diff does
    // not say it. Most people will give no structure, and those who do give sketches.
    private const double EdgesPart = 0.45, ColoursPart = 0.15;

    private readonly NumberedRandom _order = new((ulong)options.Seed, NoisePurpose.TrainingOrder);
    private readonly NumberedRandom _random = new((ulong)options.Seed, NoisePurpose.TrainingPicture);
    private readonly NumberedRandom _noise = new((ulong)options.Seed, NoisePurpose.TrainingNoise);
    private readonly HorizonLevels _horizons = new(process, options.Seed, adaptation);
    private readonly int[] _permutation = new int[pictures.Count];
    private long _epoch = -1;

    /// <summary>Some pictures of a step's batch.</summary>
    /// <param name="step">Number of the first picture of the step.</param>
    /// <param name="begin">The first one in the step, from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="length">Pictures of the step.</param>
    public TrainingBatch Read(long step, int begin, int count, int length)
    {
        (int height, int width, int channels) = pictures.Size;
        Tensor noisy = Tensor.Empty([count, channels, height, width]), target = Tensor.Empty(noisy.Shape);
        float[] times = new float[count], noise = new float[pictures.PictureBytes];
        var conditions = new Condition?[count];
        double[] weights = new double[count];
        // One shift for all: the levels of a step lie evenly, so its loss varies less than with levels drawn alone.
        double shift = _random.Uniform((ulong)step, (uint)Use.Level);
        for (int i = 0; i < count; i++)
        {
            long number = step + begin + i;
            int picture = PictureAt(number);
            double u = (begin + i + shift) / length;
            if (_random.Uniform((ulong)number, (uint)Use.Dropout) >= options.ConditionDropout)
                conditions[i] = new ClassLabel(pictures.Label(picture));
            bool flip = options.Flip && _random.Uniform((ulong)number, (uint)Use.Flip) < 0.5;
            Structure? structure = structured ? StructureOf(number, picture, flip) : null;
            (Level level, times[i], float? trajectory) = LevelOf(u, number, conditions[i] as ClassLabel, structure);
            if (structure is not null) conditions[i] = new StructureCondition(conditions[i], structure.Values);
            if (trajectory is { } told) conditions[i] = new TrajectoryCondition(conditions[i], told);
            double ratio = Math.Pow(level.Alpha / level.Sigma, 2);
            weights[i] = Math.Min(ratio, options.WeightLimit) / (ratio + 1);
            _noise.Normal((ulong)number, noise);
            Mix(pictures.Pixels(picture), noise, level, flip,
                noisy.Rows(i, 1).AsSpan(), target.Rows(i, 1).AsSpan());
        }

        return new TrainingBatch(noisy, target, times, conditions, weights);
    }

    /// <summary>The picture of a number: each epoch shows all of them, in an order of its own.</summary>
    internal int PictureAt(long number)
    {
        (long epoch, long place) = Math.DivRem(number, pictures.Count);
        if (epoch != _epoch)
        {
            _epoch = epoch;
            for (int i = 0; i < _permutation.Length; i++) _permutation[i] = i;
            for (int i = _permutation.Length - 1; i > 0; i--)   // Fisher and Yates
            {
                int j = _order.Below(i + 1, (ulong)epoch, (uint)i);
                (_permutation[i], _permutation[j]) = (_permutation[j], _permutation[i]);
            }
        }

        return _permutation[place];
    }

    /// <summary>
    /// The level of a picture, and what the network is told of it: its time, and the trajectory's length where it is told that.
    /// </summary>
    private (Level Level, float Time, float? Length) LevelOf(double place, long number, ClassLabel? subject, Structure? structure)
    {
        if (options.Levels == TrainingLevels.Table) return Told(place * (process.Steps - 1));
        TrajectoryLevel at = _horizons.At(place, (ulong)number, subject?.Index, structure);
        if (options.LevelInput == LevelInput.Level) return Told(process.StepOfKappa(at.Kappa));
        Level level = process.OfKappa(at.Kappa);
        return (level, (float)options.LevelInput.TimeOf(level.Time, at.Number, at.Steps), options.LevelInput.LengthOf(at.Steps));

        // The network is told a float32 number, and that number is what decides the level.
        (Level, float, float?) Told(double step) => (process.AtStep((float)step), (float)step, null);
    }

    private Structure? StructureOf(long number, int picture, bool flip)
    {
        double draw = _random.Uniform((ulong)number, (uint)Use.Structure);
        if (draw >= EdgesPart + ColoursPart) return null;
        Picture shown = pictures.PictureAt(picture);
        if (draw >= EdgesPart) return Structure.OfColours(flip ? shown.Mirrored() : shown);
        var sketch = Sketch.OfPhoto(shown);
        return Structure.OfSketch(flip ? sketch.Mirrored() : sketch);
    }

    private void Mix(
        ReadOnlySpan<byte> pixels, float[] noise, Level level, bool flip, Span<float> noisy, Span<float> target)
    {
        (int height, int width, int channels) = pictures.Size;
        float alpha = (float)level.Alpha, sigma = (float)level.Sigma;
        for (int c = 0, at = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++, at++)
                {
                    int from = y * width + (flip ? width - 1 - x : x);
                    float clean = pixels[from * channels + c] / 127.5f - 1, e = noise[at];
                    noisy[at] = alpha * clean + sigma * e;
                    target[at] = alpha * e - sigma * clean;
                }
            }
        }
    }
}
