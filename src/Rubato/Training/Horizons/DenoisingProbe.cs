using System.Globalization;
using Rubato.Benchmarks;
using Rubato.Engine;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Training.Horizons;

/// <summary>What a network says of a clean picture under more and more noise.</summary>
/// <param name="Arc">How far the predicted clean sample moves from level to level, in all: the sum of root mean squares.</param>
/// <param name="Loss">How far it is from the picture, the mean over the levels of the root mean square.</param>
internal readonly record struct Denoising(double Arc, double Loss);

/// <summary>
/// Two numbers that a network tells of a condition without sampling: a picture of the condition under one noise, the same for all,
/// is shown to it at 16 levels even in lambda, each an evaluation. Part of the reconstruction of AC-Diff's horizons.
/// </summary>
/// <param name="parts">The model.</param>
/// <param name="cache">Keeps what was measured.</param>
internal sealed class DenoisingProbe(Diffuser parts, RunCache<SolverRun> cache)
{
    /// <summary>Evaluations of a condition.</summary>
    public const int Levels = 16;

    private const ulong NoiseSeed = 60000;
    private const int Together = 16;

    /// <summary>Measures conditions.</summary>
    /// <param name="conditions">What to measure.</param>
    /// <param name="pictures">Those that the conditions were taken from.</param>
    /// <param name="cancel">Ends at the next evaluation; what was measured is kept.</param>
    public async Task<Denoising[]> MeasureAsync(
        IReadOnlyList<HorizonCondition> conditions, TrainingPictures pictures, CancellationToken cancel)
    {
        using var sampler = new Sampler();
        var measured = new List<Denoising>();
        foreach (HorizonCondition[] part in conditions.Chunk(Together))
        {
            measured.AddRange(await Task.WhenAll(part.Select(condition
                => FindAsync(sampler, condition, pictures, cancel))).ConfigureAwait(false));
        }

        return [.. measured];
    }

    /// <summary>Measures one condition.</summary>
    /// <param name="sampler">Runs it.</param>
    /// <param name="picture">A picture of the condition [1, C, H, W], as the network knows it.</param>
    /// <param name="condition">The condition; null for none.</param>
    /// <param name="cancel">Ends at the next evaluation.</param>
    public async Task<Denoising> MeasureAsync(Sampler sampler, Tensor picture, Networks.Condition? condition, CancellationToken cancel)
    {
        var said = new List<Tensor>();
        await sampler.SampleAsync(new SampleRequest
        {
            Network = parts.Network,
            Meaning = parts.Meaning,
            Solver = new Noising(),
            Grid = new ExponentialLevels().Plan(parts.Meaning.Process, Levels, Coordinates.Network),
            Start = picture,
            Noise = new NoiseStream(NoiseSeed, NoisePurpose.Start),
            Condition = condition,
            Predicted = (_, prediction) => said.Add(prediction.Data),
        }, cancel).ConfigureAwait(false);
        return new Denoising(said.Zip(said.Skip(1), Distance).Sum(), said.Average(data => Distance(data, picture)));
    }

    private async Task<Denoising> FindAsync(
        Sampler sampler, HorizonCondition condition, TrainingPictures pictures, CancellationToken cancel)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"denoising {condition.Number}");
        if (cache.Find(key) is not { } run)
        {
            Denoising found = await MeasureAsync(sampler, PictureOf(condition, pictures),
                parts.ConditionOf(parts.ConditionOf(condition.Class), condition.Structure), cancel).ConfigureAwait(false);
            run = new SolverRun(Levels, 0, [(float)found.Arc, (float)found.Loss]);
            cache.Add(key, run);
        }

        return new Denoising(run.Values[0], run.Values[1]);
    }

    private Tensor PictureOf(HorizonCondition condition, TrainingPictures pictures)
    {
        (int height, int width, int channels) = pictures.Size;
        ReadOnlySpan<byte> pixels = pictures.Pixels(HorizonConditions.PictureOf(pictures, condition.Number));
        Tensor picture = Tensor.Empty([1, channels, height, width]);
        Span<float> values = picture.AsSpan();
        double scale = (parts.Range.White - parts.Range.Black) / byte.MaxValue;
        for (int i = 0; i < pixels.Length; i++)
            values[i % channels * height * width + i / channels] = (float)(parts.Range.Black + pixels[i] * scale);
        return picture;
    }

    private static double Distance(Tensor a, Tensor b)
    {
        ReadOnlySpan<float> x = a.AsSpan(), y = b.AsSpan();
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        return Math.Sqrt(sum / x.Length);
    }

    /// <summary>Shows the network a clean picture at every level of the grid, under one noise, and ends with it as it was.</summary>
    private sealed class Noising : ISolver
    {
        public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
        {
            Tensor noise = context.DrawNoise(x);
            foreach (Step step in grid.Steps)
                await denoiser.PredictAsync(LinearCombination.Of((step.From.Alpha, x), (step.From.Sigma, noise)), step.Start);
            return x;
        }
    }
}
