using System.Diagnostics;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tensors.Kernels;

namespace Rubato;

/// <summary>A diffusion model, ready to generate: the front door of the library.</summary>
/// <example><code>
/// using var model = RubatoModel.Load("models/acdiff");
/// foreach (GeneratedSample sample in await model.GenerateAsync(new GenerationOptions { Prompts = ["horse"], Count = 8 }))
///     sample.Save($"horse-{sample.Seed}.png");
/// </code></example>
public sealed class RubatoModel : IDisposable
{
    private readonly Diffuser _parts;
    private readonly Lazy<Sampler> _sampler = new(() => new Sampler());

    /// <summary>A model of parts that the caller fitted together, with a network of its own, say.</summary>
    public RubatoModel(Diffuser parts) => _parts = parts;

    /// <summary>The loaded parts.</summary>
    public Diffuser Parts => _parts;

    /// <summary>Loads a model's folder in diffusers' layout.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="precision">
    /// What the network's large products are computed in; null for the fastest here that keeps the picture,
    /// <see cref="KernelSet.Preferred"/>. Pictures are equal between machines at equal precision.
    /// </param>
    /// <exception cref="Checkpoints.CheckpointException">A file is missing, damaged or not what it should be.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="NotSupportedException">The files ask for something that is not built.</exception>
    public static RubatoModel Load(string folder, Precision? precision = null)
        => new(DiffuserFolder.Load(folder, precision ?? KernelSet.Current.Preferred));

    /// <summary>Makes samples, each on its own trajectory.</summary>
    /// <param name="options">What to make.</param>
    /// <param name="progress">Told of every evaluation point, on the engine's thread: it must be quick.</param>
    /// <param name="cancellationToken">Ends all samples at their next evaluation.</param>
    /// <returns>In the order of the prompts, and for each of its seeds.</returns>
    /// <exception cref="ArgumentException">
    /// A prompt or the solver is not known, the model cannot be guided, or there are too many samples.
    /// </exception>
    public async Task<IReadOnlyList<GeneratedSample>> GenerateAsync(
        GenerationOptions options, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        long started = Stopwatch.GetTimestamp();
        // A plan serves all samples of a prompt: what a trajectory remembers is in its method, not in its solver.
        IReadOnlyList<SamplePlan> plans = Plan(options);
        options = options with
        {
            Solver = options.Solver ?? _parts.DefaultSolver,
            GuidanceScale = _parts.GuidanceOf(options.GuidanceScale, options.Structure is not null),
        };
        Task<GeneratedSample>[] samples = [.. Enumerable.Range(0, plans.Count * options.Count).Select(i
            => GenerateOneAsync(options, plans[i / options.Count], i, started, progress, cancellationToken))];
        return await Task.WhenAll(samples).ConfigureAwait(false);
    }

    /// <summary>
    /// How samples would be drawn, one plan for each prompt: nothing is. A model that estimates horizons has one for each
    /// request, unless the options name the steps.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A prompt, the solver or the schedule is not known, there are too many samples, or the model estimates no horizons that
    /// a budget or a tolerance could be kept with.
    /// </exception>
    public IReadOnlyList<SamplePlan> Plan(GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<Subject> subjects = SubjectsOf(options);
        _ = _parts.ConditionOf(subject: null, options.Structure);   // what the model cannot read is refused
        return [.. subjects.Select(subject => _parts.PlanFor(subject, options))];
    }

    /// <summary>What the samples show: <see cref="GenerationOptions.Count"/> of each, in this order.</summary>
    /// <exception cref="ArgumentException">A prompt is not known, or there are too many samples.</exception>
    public IReadOnlyList<Subject> SubjectsOf(GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<Subject> subjects = _parts.SubjectsOf(options.Prompts);
        return (long)subjects.Count * options.Count <= GenerationOptions.MostSamples ? subjects
            : throw new ArgumentException($"{options.Count} samples of each of {subjects.Count} prompts are more than "
                + $"{GenerationOptions.MostSamples} together.", nameof(options));
    }

    /// <summary>Ends the engine, after the samples that are under way.</summary>
    public void Dispose()
    {
        if (_sampler.IsValueCreated) _sampler.Value.Dispose();
    }

    private async Task<GeneratedSample> GenerateOneAsync(
        GenerationOptions options, SamplePlan plan, int index, long started, IProgress<GenerationProgress>? progress, CancellationToken cancel)
    {
        Subject subject = plan.Subject;
        IReadOnlyList<IAdaptation> policies = options.Policies ?? _parts.DefaultPolicies;
        (ISolver solver, TimeGrid grid) = plan.Sampler;
        long seed = options.Seed + index % options.Count;
        (INoiseSource start, INoiseSource steps) = NoiseOf(options.Noise, seed);
        Tensor noise = Tensor.Empty([1, .. _parts.Network.SampleShape]);
        start.Normal(noise.AsSpan());
        Condition? condition = _parts.ConditionOf(subject.Condition, options.Structure);
        double scale = condition is null ? 1 : options.GuidanceScale ?? 1;
        Sample sample = await _sampler.Value.SampleAsync(
            new SampleRequest
            {
                Network = _parts.Network,
                Meaning = _parts.Meaning,
                Solver = solver,
                Grid = grid,
                Start = grid.StartScale == 1 ? noise : noise.Scale(grid.StartScale),
                Noise = steps,
                Condition = condition,
                NegativeCondition = _parts.NoCondition,
                GuidanceScale = scale,
                Guidance = [.. policies.OfType<IGuidance>()],
                Policies = [.. policies.OfType<IPolicy>()],
                Predicted = progress is null ? null : (entry, prediction) => progress.Report(new GenerationProgress(
                    index, entry.Point.Step, grid.Steps.Count, entry, () => _parts.PictureOf(prediction.Data))),
            },
            cancel).ConfigureAwait(false);
        int full = sample.Trace.Entries.Count * (scale == 1 ? 1 : 2);
        GenerationOptions own = options with
        {
            Prompts = subject.Prompt is null ? [] : [subject.Prompt],
            Count = 1,
            Seed = seed,
            Steps = plan.Steps,
            Schedule = plan.Schedule,
            Budget = null,
            Tolerance = null,
            GuidanceScale = scale,
        };
        Picture picture = _parts.PictureOf(sample.State);
        return new GeneratedSample
        {
            Prompt = subject.Prompt,
            Seed = seed,
            Picture = new Picture(picture.Width, picture.Height, picture.Channels, picture.Pixels)
            {
                Texts = GenerationRecord.Texts(own, _parts, picture, sample.Trace),
            },
            IsFinite = sample.State.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0,
            Steps = plan.Steps,
            Trace = sample.Trace,
            FullEvaluations = full,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    /// <summary>Rubato's streams differ by purpose; torch's generators draw start and steps from one stream, as diffusers does.</summary>
    private static (INoiseSource Start, INoiseSource Steps) NoiseOf(NoiseKind kind, long seed)
    {
        if (kind == NoiseKind.Rubato)
            return (new NoiseStream((ulong)seed, NoisePurpose.Start), new NoiseStream((ulong)seed, NoisePurpose.Step));
        INoiseSource one = kind == NoiseKind.TorchCpu ? new TorchCpuGenerator((ulong)seed) : new TorchCudaGenerator((ulong)seed);
        return (one, one);
    }
}
