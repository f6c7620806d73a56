using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training.Horizons;

namespace Rubato.Training;

/// <summary>What one step of training did.</summary>
/// <param name="Pictures">Pictures seen so far.</param>
/// <param name="Loss">The weighted loss of the step's batch.</param>
/// <param name="GradientNorm">The length of all gradients together, before clipping.</param>
/// <param name="Rate">The learning rate of the step.</param>
public readonly record struct TrainingStep(long Pictures, double Loss, double GradientNorm, double Rate);

/// <summary>
/// Trains a <see cref="UNet2DModel"/> to predict v on all levels of a variance-preserving process, each loss weighted
/// with min(SNR, limit) in the clean picture (Hang et al. 2023, arXiv:2303.09556). One object is one run; it is not safe
/// for several threads.
/// </summary>
/// <remarks>
/// Everything random is a function of the seed and the number of pictures seen, and gradients do not depend on the
/// threads: a run that goes on from its state gives the bits of one that was never interrupted.
/// </remarks>
public sealed class Trainer
{
    private TrainingBatches _batches;
    private bool _adapts;

    /// <summary>A new run.</summary>
    public Trainer(UNet2DOptions architecture, TrainingPictures pictures, TrainingOptions options)
        : this(architecture, pictures, options, new ParameterSet())
    {
        Initialisation.Fill(Parameters, options.Seed);
        Average = new ParameterAverage(Parameters.All);
    }

    /// <summary>A run with the given weights and fresh moments.</summary>
    /// <exception cref="WeightsException">The weights are not those of the architecture.</exception>
    public Trainer(UNet2DOptions architecture, TrainingPictures pictures, TrainingOptions options, ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parameters);
        RequireFit(architecture, pictures);
        RequireFit(architecture, options);
        (Architecture, Pictures, Options, Parameters) = (architecture, pictures, options, parameters);
        Network = new UNet2DModel(new Weights(parameters, options.Precision), architecture);
        Optimiser = new TrainingSteps(parameters, options);
        Average = new ParameterAverage(parameters.All);
        _batches = new TrainingBatches(pictures, Process, options, architecture.StructureChannels > 0);
    }

    /// <summary>The process of the levels: 1000 steps, linear variances, as in DDPM.</summary>
    public static VariancePreserving Process { get; } = VariancePreserving.FromBetas(BetaSchedules.Linear(1000));

    /// <summary>The configuration of the network.</summary>
    public UNet2DOptions Architecture { get; }

    /// <summary>What is trained on.</summary>
    public TrainingPictures Pictures { get; }

    /// <summary>How.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The weights.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The network, made of the weights as they stand.</summary>
    public UNet2DModel Network { get; }

    /// <summary>The average of the weights: what is exported.</summary>
    public ParameterAverage Average { get; private set; }

    /// <summary>Pictures seen so far.</summary>
    public long Seen { get; internal set; }

    /// <summary>Pictures seen when the moments were last fresh: the warm-up counts from there.</summary>
    public long WarmFrom { get; internal set; }

    /// <summary>Whether the run has reached <see cref="TrainingOptions.Pictures"/>.</summary>
    public bool IsDone => Seen >= Options.Pictures;

    internal TrainingSteps Optimiser { get; }

    /// <summary>Whether the network is in its last stage, that of <see cref="HorizonAdaptation"/>.</summary>
    internal bool IsAdapted => Options.AdaptedFrom is not null;

    /// <summary>Shows levels of the horizons of a module from here on, as <see cref="TrainingOptions.AdaptedFrom"/> asks for.</summary>
    internal void AdaptTo(HorizonAdaptation adaptation)
    {
        _batches = new TrainingBatches(Pictures, Process, Options, Architecture.StructureChannels > 0, adaptation);
        _adapts = true;
    }

    /// <summary>Shows the network a batch and moves the weights.</summary>
    /// <exception cref="TrainingException">The loss is not a finite number any more; the weights are as they were.</exception>
    public TrainingStep Step()
    {
        if (_adapts != IsAdapted)
        {
            throw new InvalidOperationException(
                "This run adapts a network to the horizons of its module; open it as a run, with its folder.");
        }

        int length = (int)Math.Min(Options.Batch, Math.Max(1, Options.Pictures - Seen));
        Parameters.ClearGradients();
        double loss = 0;
        for (int begin = 0; begin < length; begin += Options.MicroBatch)
            loss += Accumulate(begin, Math.Min(Options.MicroBatch, length - begin), length);
        double norm = Parameters.GradientNorm(), rate = RateAt(Seen + length);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new TrainingException(
                $"After {Seen} pictures the loss is {loss}, the gradient {norm}: a lower rate may help.");
        }

        Optimiser.Step(rate, Math.Min(1, Options.ClipNorm / norm));
        Seen += length;
        Average.Update(Math.Pow(0.5, length / (Options.AverageHalfLife * Seen)));
        return new TrainingStep(Seen, loss, norm, rate);
    }

    /// <summary>Reads the configuration of a network: <c>config.json</c> of diffusers' UNet2DModel.</summary>
    /// <exception cref="Checkpoints.CheckpointException">The file describes no network.</exception>
    public static UNet2DOptions ReadArchitecture(string file) => UNet2DConfig.Read(ModelConfig.Read(file));

    /// <summary>The learning rate of a step that ends at a number of pictures.</summary>
    public double RateAt(long pictures)
    {
        double warm = Options.WarmUp == 0 ? 1 : Math.Min(1, (double)(pictures - WarmFrom) / Options.WarmUp);
        double cold = Options.Decay == 0 ? 1 : Math.Clamp((double)(Options.Pictures - pictures) / Options.Decay, 0, 1);
        return Options.Rate * Math.Min(warm, cold);
    }

    private double Accumulate(int begin, int count, int length)
    {
        using Scope scope = Scope.Begin();
        TrainingBatch batch = _batches.Read(Seen, begin, count, length);
        using var tape = Tape.Begin();
        Tensor output = Network.Evaluate(batch.Noisy, batch.Times, batch.Conditions);
        (double loss, Tensor gradient) = WeightedSquaredError.Of(output, batch.Target, batch.Weights, length);
        tape.Backward(output, gradient);
        return loss;
    }

    private static void RequireFit(UNet2DOptions architecture, TrainingOptions options)
    {
        string input = LevelInputNames.Of(options.LevelInput);
        if (options.Levels == TrainingLevels.Table && options.LevelInput != LevelInput.Level)
            throw new ArgumentException($"Without trajectories a network can be told the level alone, not {input}.", nameof(options));
        if (architecture.ReadsLength != (options.LevelInput == LevelInput.FractionAndHorizon))
        {
            throw new ArgumentException($"The network is told {(architecture.ReadsLength ? "" : "no ")}lengths of trajectories, which "
                + $"does not fit {input}.", nameof(architecture));
        }
    }

    private static void RequireFit(UNet2DOptions architecture, TrainingPictures pictures)
    {
        (int height, int width, int channels) = pictures.Size;
        (int drawnHeight, int drawnWidth) = architecture.SampleSize;
        if ((drawnHeight, drawnWidth) != (height, width) || architecture.OutChannels != channels
            || architecture.InChannels < channels)
        {
            throw new ArgumentException($"The network draws {drawnWidth} x {drawnHeight} x {architecture.OutChannels}; the "
                + $"pictures of {pictures.Source} have {width} x {height} x {channels}.", nameof(architecture));
        }

        if (architecture.StructureChannels is not 0 and not Structure.Channels)
        {
            throw new ArgumentException($"The network reads {architecture.StructureChannels} channels beside the picture; structure has "
                + $"{Structure.Channels}.", nameof(architecture));
        }

        if (architecture.ClassEmbedding != ClassEmbedding.Table || architecture.NumClassEmbeds <= pictures.Classes.Count
            || architecture.NullClass != pictures.Classes.Count)
        {
            int count = pictures.Classes.Count;
            throw new ArgumentException($"For {count} classes a network needs a class table of {count + 1} rows "
                + $"(num_class_embeds), the last of them for no class (null_class {count}).", nameof(architecture));
        }
    }
}

/// <summary>Training cannot go on. The message says why.</summary>
public sealed class TrainingException : Exception
{
    internal TrainingException(string message)
        : base(message)
    {
    }
}
