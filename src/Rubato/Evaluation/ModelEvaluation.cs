using System.Diagnostics;
using Rubato.Networks;

namespace Rubato.Evaluation;

/// <summary>What a model draws, judged by ResNet-56. Pictures are looked at and let go, so that many can be drawn.</summary>
public sealed class ModelEvaluation
{
    private const int SamplesInCall = 160;   // enough to fill the engine's batches until the last of them are done

    private ModelEvaluation(PictureSet pictures) => Pictures = pictures;

    /// <summary>What ResNet-56 says of them.</summary>
    public PictureSet Pictures { get; }

    /// <summary>Forwards of the network for all samples.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Those of a run without any policy.</summary>
    public long FullEvaluations { get; private set; }

    /// <summary>Seconds from the first step to the last picture that was looked at.</summary>
    public double Seconds { get; private set; }

    /// <summary>Samples whose pictures show nothing: see <see cref="GeneratedSample.IsFinite"/>. They are judged like all others.</summary>
    public int RanAway { get; private set; }

    /// <summary>Draws and judges.</summary>
    /// <param name="model">Draws pictures of 32 x 32 pixels. What its classes are called decides what each picture is to show.</param>
    /// <param name="options">
    /// What to draw. <see cref="GenerationOptions.Count"/> is the number of samples of each prompt, as always; together
    /// they may be more than one call of the model draws.
    /// </param>
    /// <param name="classifier">Looks at the pictures.</param>
    /// <param name="progress">Told which part is done, 0 to 1; on the engine's thread, so it must be quick.</param>
    /// <param name="cancellationToken">Ends all samples at their next evaluation.</param>
    /// <exception cref="ArgumentException">
    /// A prompt or the solver is not known, the model cannot be guided, or its pictures have another size.
    /// </exception>
    public static Task<ModelEvaluation> RunAsync(
        RubatoModel model, GenerationOptions options, PictureClassifier classifier,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return RunAsync(model, options, new PictureSet(classifier), progress, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync(RubatoModel, GenerationOptions, PictureClassifier, IProgress{double}?, CancellationToken)"/>
    /// <param name="model">Draws pictures of 32 x 32 pixels.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="pictures">Looks at the pictures.</param>
    /// <param name="progress">Told which part is done.</param>
    /// <param name="cancellationToken">Ends all samples at their next evaluation.</param>
    internal static async Task<ModelEvaluation> RunAsync(
        RubatoModel model, GenerationOptions options, PictureSet pictures,
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (!CanJudge(model))
        {
            throw new ArgumentException($"{model.Parts.Name} draws samples of {model.Parts.Network.SampleShape}; ResNet-56 looks at "
                + $"pictures of {ResNet56.Side} x {ResNet56.Side} pixels.", nameof(model));
        }

        long started = Stopwatch.GetTimestamp();
        int prompts = model.Parts.SubjectsOf(options.Prompts).Count, rows = Math.Max(1, SamplesInCall / prompts);
        var evaluation = new ModelEvaluation(pictures);
        for (int done = 0; done < options.Count; done += rows)
        {
            GenerationOptions part = options with { Count = Math.Min(rows, options.Count - done), Seed = options.Seed + done };
            IReadOnlyList<GeneratedSample> samples = await model.GenerateAsync(part,
                progress is null ? null : new Share(progress, done * prompts, part.Count * prompts, options.Count * prompts),
                cancellationToken).ConfigureAwait(false);
            evaluation.Add(samples);
            evaluation.Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return evaluation;
    }

    /// <summary>Whether a model's pictures have the size that ResNet-56 looks at.</summary>
    public static bool CanJudge(RubatoModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Tensors.Shape sample = model.Parts.Network.SampleShape;
        return sample.Rank == 3 && (sample[1], sample[2]) == (ResNet56.Side, ResNet56.Side);
    }

    private void Add(IReadOnlyList<GeneratedSample> samples)
    {
        Pictures.Add([.. samples.Select(sample => sample.Picture)], [.. samples.Select(sample => ClassAccuracy.ClassOf(sample.Prompt))]);
        Evaluations += samples.Sum(sample => (long)sample.Evaluations);
        RanAway += samples.Count(sample => !sample.IsFinite);
        FullEvaluations += samples.Sum(sample => (long)sample.FullEvaluations);
    }

    /// <summary>Turns steps of samples into the part of all that is done.</summary>
    private sealed class Share(IProgress<double> progress, int before, int samples, int all) : IProgress<GenerationProgress>
    {
        private readonly int[] _reached = new int[samples];
        private long _steps;

        public void Report(GenerationProgress value)
        {
            _steps += Math.Max(0, value.Step + 1 - _reached[value.Sample]);
            _reached[value.Sample] = Math.Max(_reached[value.Sample], value.Step + 1);
            progress.Report((before + (double)_steps / value.Steps) / all);
        }
    }
}
