using System.Diagnostics;
using System.Globalization;
using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training.Horizons;

namespace Rubato.Training;

/// <summary>What a run writes on its way, and how long it goes on.</summary>
public sealed record TrainingSchedule
{
    /// <summary>Minutes between checkpoints, from 0; 0 after every step.</summary>
    public double CheckpointMinutes { get; init; } = 10;

    /// <summary>Pictures between grids of samples; 0 for none.</summary>
    public long SamplePictures { get; init; } = 100_000;

    /// <summary>Minutes after which this call ends; null for none.</summary>
    public double? Minutes { get; init; }
}

/// <summary>How far a run is.</summary>
/// <param name="Step">The last step.</param>
/// <param name="Seconds">What the step took.</param>
/// <param name="Row">The row of the log that the step completed.</param>
/// <param name="Written">The file that was written after it: a checkpoint or a grid of samples.</param>
public readonly record struct TrainingProgress(TrainingStep Step, double Seconds, TrainingRow? Row, string? Written);

/// <summary>
/// A run in a folder: <c>checkpoints/</c>, the exported <c>model/</c>, <c>raw.safetensors</c> (the weights as they stand,
/// float16), <c>samples/</c> and <c>log.csv</c>.
/// </summary>
public sealed class TrainingRun
{
    private const string ModelPart = "model";

    private readonly string _folder;
    private readonly CheckpointStore _store;

    private TrainingRun(string folder, Trainer trainer, TrainingLog log, string origin)
    {
        (_folder, Trainer, Log, Origin) = (folder, trainer, log, origin);
        _store = new CheckpointStore(CheckpointFolder(folder));
    }

    /// <summary>The run itself.</summary>
    public Trainer Trainer { get; }

    /// <summary>Its course.</summary>
    public TrainingLog Log { get; }

    /// <summary>Where it comes from, for people: new, resumed, or begun from weights.</summary>
    public string Origin { get; }

    /// <summary>The folder of the exported model.</summary>
    public string ModelFolder => Path.Combine(_folder, ModelPart);

    /// <summary>Opens a run: the one in the folder where there is one, else a new one.</summary>
    /// <param name="folder">The folder of the run; made where it is missing.</param>
    /// <param name="pictures">What is trained on.</param>
    /// <param name="change">Options of the run, from the defaults or from those of the checkpoint.</param>
    /// <param name="architecture">The network of a new run; null for the default, or that of the weights it begins with.</param>
    /// <param name="from">
    /// What a new run begins with: the folder of another run or one of its checkpoints, all of which is taken over; or a
    /// model's folder or a file with weights alone, with fresh moments. Null for first weights.
    /// </param>
    /// <param name="structured">
    /// Whether the network is to read <see cref="Structure"/>. Weights alone of one that does not get the channels, starting
    /// at zero.
    /// </param>
    /// <exception cref="CheckpointException">A checkpoint is damaged, or of a run with other pictures.</exception>
    /// <exception cref="WeightsException">The weights are not those of the network.</exception>
    public static TrainingRun Open(
        string folder, TrainingPictures pictures, Func<TrainingOptions, TrainingOptions> change,
        UNet2DOptions? architecture = null, string? from = null, bool structured = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(change);
        var log = new TrainingLog();
        (Trainer trainer, string origin) = Begin(folder, pictures, change, architecture, from, log, structured);
        if (structured && trainer.Architecture.StructureChannels == 0)
        {
            throw new CheckpointException(from ?? folder, "is a run whose network reads no structure",
                "its raw.safetensors, the weights alone, can go on as one that does");
        }

        if (architecture is not null
            && UNet2DConfigWriter.Write(architecture with { ReadsLength = trainer.Architecture.ReadsLength }) != UNet2DConfigWriter.Write(trainer.Architecture))
        {
            throw new CheckpointException(from ?? folder, "has another network than the one that was asked for",
                "another network is another run, in a folder of its own");
        }

        Directory.CreateDirectory(folder);
        var run = new TrainingRun(folder, trainer, log, origin);
        if (trainer.Options.AdaptedFrom is { } adapted) run.Adapt(adapted, from);
        return run;
    }

    /// <summary>Trains until the run is done, its minutes are over or it is cancelled; all of it is saved then.</summary>
    /// <param name="schedule">What is written on the way.</param>
    /// <param name="progress">Told of every step, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the run after the step under way, without an exception.</param>
    /// <exception cref="TrainingException">The loss is not finite any more.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Train(
        TrainingSchedule schedule, Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        long started = Stopwatch.GetTimestamp(), saved = started;
        while (!Trainer.IsDone && !cancellationToken.IsCancellationRequested
            && !(schedule.Minutes <= Stopwatch.GetElapsedTime(started).TotalMinutes))
        {
            long before = Trainer.Seen, begun = Stopwatch.GetTimestamp();
            TrainingStep step = Trainer.Step();
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            TrainingRow? row = Log.Add(step, (int)(step.Pictures - before), seconds);
            progress?.Invoke(new TrainingProgress(step, seconds, row, Written: null));
            if (row is not null) Log.Write(Path.Combine(_folder, "log.csv"));
            if (Stopwatch.GetElapsedTime(saved).TotalMinutes >= schedule.CheckpointMinutes)
            {
                progress?.Invoke(new TrainingProgress(step, 0, Row: null, Save()));
                saved = Stopwatch.GetTimestamp();
            }

            if (schedule.SamplePictures > 0 && before / schedule.SamplePictures != Trainer.Seen / schedule.SamplePictures)
                progress?.Invoke(new TrainingProgress(step, 0, Row: null, DrawSamples(cancellationToken)));
        }

        Save();
    }

    /// <summary>Writes a checkpoint, the exported model and the log.</summary>
    /// <returns>The checkpoint's path.</returns>
    public string Save()
    {
        string path = _store.Save(Trainer, Log);
        TrainedModel.Export(Trainer, ModelFolder);
        TrainedModel.ExportRaw(Trainer, Path.Combine(_folder, "raw.safetensors"));
        Log.Write(Path.Combine(_folder, "log.csv"));
        return path;
    }

    /// <summary>Draws a grid of samples of the averaged weights, a class per row, always of the same seeds.</summary>
    /// <returns>The picture's path; null where it was cancelled.</returns>
    public string? DrawSamples(CancellationToken cancellationToken = default)
    {
        TrainedModel.Export(Trainer, ModelFolder);
        Picture? grid = SampleGrid.Draw(ModelFolder, Trainer.Pictures.Classes, cancellationToken);
        if (grid is null) return null;
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "samples")).FullName;
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"pictures-{Trainer.Seen:D12}.png"));
        Png.Write(path, grid);
        return path;
    }

    /// <summary>Shows the trainer the horizons of the run's own module, or of the one that the run branches off with.</summary>
    private void Adapt(long adapted, string? from)
    {
        if (Trainer.Seen < adapted)
        {
            throw new CheckpointException(from ?? _folder, $"has seen {Trainer.Seen} of {adapted} pictures",
                "a network is adapted when it has seen all of them");
        }

        // A branch takes module and schedules along: what it goes on with may not change when the other run does.
        if (from is not null) HorizonAdaptation.Copy(Path.Combine(from, ModelPart), ModelFolder);
        Trainer.AdaptTo(HorizonAdaptation.Load(ModelFolder));
    }

    private static string CheckpointFolder(string folder) => Path.Combine(folder, "checkpoints");

    private static (Trainer Trainer, string Origin) Begin(
        string folder, TrainingPictures pictures, Func<TrainingOptions, TrainingOptions> change, UNet2DOptions? architecture,
        string? from, TrainingLog log, bool structured)
    {
        if (CheckpointStore.FilesIn(CheckpointFolder(folder)) is [string last, ..])
        {
            Trainer resumed = TrainingCheckpoint.Read(last, pictures, log, change);
            return (resumed, $"goes on after {resumed.Seen} pictures");
        }

        if (from is null)
        {
            architecture ??= new TrainingArchitecture { Structured = structured }.For(pictures);
            TrainingOptions options = change(new TrainingOptions());
            architecture = architecture with { ReadsLength = options.LevelInput == LevelInput.FractionAndHorizon };
            return (new Trainer(architecture, pictures, options), "begins with first weights");
        }

        string? file = CheckpointStore.FilesIn(CheckpointFolder(from)) is [string newest, ..] ? newest
            : File.Exists(from) && IsCheckpoint(from) ? from : null;
        if (file is not null)
        {
            Trainer branch = TrainingCheckpoint.Read(file, pictures, log, change);
            return (branch, $"branches off {file} after {branch.Seen} pictures");
        }

        Trainer begun = FromWeights(from, pictures, change, structured);
        return (begun, $"begins with the weights of {from} after {begun.Seen} pictures; their moments are not there, so the "
            + $"rate rises anew over {begun.Options.WarmUp} pictures");
    }

    private static bool IsCheckpoint(string file)
    {
        using var opened = SafetensorsFile.Open(file);
        return new CheckpointState(opened).IsRun;
    }

    private static Trainer FromWeights(
        string from, TrainingPictures pictures, Func<TrainingOptions, TrainingOptions> change, bool structured)
    {
        string unet = Path.Combine(from, "unet");
        using var checkpoint = Checkpoint.Open(Directory.Exists(unet) ? unet : from);
        var state = new CheckpointState(checkpoint.Files[0]);
        UNet2DOptions architecture = Directory.Exists(unet)
            ? UNet2DConfig.Read(ModelConfig.Read(Path.Combine(unet, "config.json"))) : state.Architecture();
        IWeightSource weights = new CheckpointWeights(checkpoint);
        if (structured && architecture.StructureChannels == 0)
        {
            weights = new WidenedInput(weights, WidenedInput.Picture, Structure.Channels);
            architecture = architecture with { InChannels = architecture.InChannels + Structure.Channels };
        }

        TrainingOptions options = change(new TrainingOptions { LevelInput = state.LevelInput() });
        if (options.LevelInput == LevelInput.FractionAndHorizon && !architecture.ReadsLength)
        {
            weights = new WidenedInput(weights, WidenedInput.Time, architecture.BlockOutChannels[0]);   // as many numbers as the time's
            architecture = architecture with { ReadsLength = true };
        }

        long seen = state.SeenIfKnown();
        return new Trainer(architecture, pictures, options, new ParameterSet(weights))
        {
            Seen = seen,
            WarmFrom = seen,
        };
    }
}
