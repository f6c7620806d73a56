using System.CommandLine;
using System.Globalization;
using Rubato.Cli.Display;
using Rubato.Files;
using Rubato.Networks;
using Rubato.Tensors.Kernels;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Cli.Commands;

/// <summary>Trains a class-conditional model of small pictures; as AC-Diff with structure, schedules and horizons.</summary>
internal sealed class TrainCommand
{
    private readonly App _app;
    private readonly AcDiffTraining? _acDiff;

    private readonly Argument<string> _data = new("data")
    {
        Description = "A folder with the binary files of CIFAR-10, or with a folder of PNG files for each class",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The folder of the run; where there is one, training goes on",
        HelpName = "run",
        Required = true,
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Begin with another run, a checkpoint of one, or the weights of a model's folder",
        HelpName = "path",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "The network as a config.json of diffusers' UNet2DModel",
        HelpName = "file",
    };

    private readonly Option<string?> _channels = new("--channels")
    {
        Description = "The network's channels, a number a level, each level half as large (32,64,128)",
        HelpName = "list",
    };

    private readonly Option<int?> _layers = DrawingOptions.Number<int>("--layers", "Residual blocks of a level (1)");

    private readonly Option<string?> _attention = new("--attention")
    {
        Description = "Sides of the levels with attention, in pixels, or none (all up to 16)",
        HelpName = "list",
    };

    private readonly Option<TrainingOptimiser?> _optimiser = DrawingOptions.Option<TrainingOptimiser?>("--optimiser", [], "name",
        "What turns gradients into steps: adamw or muon (adamw)", tokens => DrawingOptions.Named(OptimiserNames.ByName, tokens[0].Value));

    private readonly Option<DrawingOptions.PrecisionChoice?> _precision = DrawingOptions.PrecisionOption(
        "What products with weights are computed in", " (auto)");

    private readonly Option<int?> _batch = DrawingOptions.Number<int>("--batch", "Pictures of a step (64)");
    private readonly Option<double?> _rate = Real("--rate", "r", "The learning rate (0.001)");
    private readonly Option<long?> _seed = DrawingOptions.Number<long>("--seed", "Seed of everything random (0)");

    private readonly Option<long?> _pictures = DrawingOptions.Number<long>("--pictures",
        "Stop when so many pictures have been seen since the first weights (10000000)");

    private readonly Option<long?> _decay = DrawingOptions.Number<long>("--decay", "Let the rate fall to 0 over so many last pictures (0)");
    private readonly Option<double?> _minutes = Real("--minutes", "m", "Stop after so many minutes");
    private readonly Option<double?> _checkpointEvery = Real("--checkpoint-every", "m", "Minutes between checkpoints (10)");

    private readonly Option<long?> _sampleEvery = DrawingOptions.Number<long>("--sample-every",
        "Pictures between grids of samples; 0 for none (100000)");

    private TrainCommand(App app, AcDiffTraining? acDiff) => (_app, _acDiff) = (app, acDiff);

    public static Command Create(App app)
    {
        var train = new TrainCommand(app, acDiff: null);
        var command = new ExampleCommand("train", "Train a model that draws classes of small pictures. The run's folder gets "
            + "checkpoints, the model in diffusers' layout, grids of samples and log.csv.", """
              rubato train cifar10 -o run
              rubato train photos -o run --channels 32,64,128 --minutes 60
              rubato train cifar10 -o release --from run --pictures 3000000 --decay 400000
            """);
        train.AddTo(command);
        command.Add(CreateAcDiff(app));
        return command;
    }

    private static ExampleCommand CreateAcDiff(App app)
    {
        var train = new TrainCommand(app, new AcDiffTraining());
        var command = new ExampleCommand("ac-diff", "Train a model that estimates how many steps each request takes, after AC-Diff: a network "
            + "that reads sketches and coarse pictures beside its classes, on the levels of trajectories of any length; then schedules "
            + "for the data, measured error curves, and the module that foresees them. Every stage goes on where it was ended.", """
              rubato train ac-diff cifar10 -o run
              rubato train ac-diff cifar10 -o run --from models/acdiff/raw.safetensors --optimiser muon --rate 0.002 --pictures 400000
              rubato train ac-diff cifar10 -o adapted --from run --adapt 60000
            """);
        train.AddTo(command);
        return command;
    }

    private void AddTo(Command command)
    {
        command.Add(_data);
        foreach (Option option in Options.Concat(_acDiff?.Options ?? [])) command.Add(option);
        command.SetAction(RunAsync);
    }

    private IEnumerable<Option> Options =>
    [
        _output, _from, _config, _channels, _layers, _attention, _optimiser, _precision, _batch, _rate, _seed, _pictures, _decay, _minutes,
        _checkpointEvery, _sampleEvery,
    ];

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancel)
    {
        bool json = result.GetValue(_app.Json);
        string folder = OutputFile.CheckFolder(result.GetRequiredValue(_output));
        var schedule = new TrainingSchedule
        {
            Minutes = result.GetValue(_minutes) is { } minutes ? NotNegative(_minutes, minutes) : null,
        };
        if (result.GetValue(_checkpointEvery) is { } every) schedule = schedule with { CheckpointMinutes = NotNegative(_checkpointEvery, every) };
        if (result.GetValue(_sampleEvery) is { } between) schedule = schedule with { SamplePictures = NotNegative(_sampleEvery, between) };
        _acDiff?.Require(result, totalGiven: result.GetValue(_pictures) is not null);
        Change(result, new TrainingOptions());   // a mistake is named before anything is read
        TrainingPictures pictures = TrainingPictures.Read(result.GetRequiredValue(_data));
        TrainingRun run = Open(result, folder, pictures);
        if (!json)
        {
            _app.Terminal.Error.WriteLine($"rubato: train: {Figures.Number(pictures.Count)} pictures of {pictures.Classes.Count} "
                + $"classes, {Figures.Number(run.Trainer.Parameters.Elements)} weights; {Printable.Escape(run.Origin)}");
        }

        long from = run.Trainer.Seen;
        var board = new TrainingBoard(run, schedule.Minutes);
        bool live = !json && _app.Terminal.IsLive;
        TextWriter? lines = json || live ? null : _app.Terminal.Error;
        Task running = Task.Run(
            () => run.Train(schedule, progress => board.Report(progress, lines), cancel), CancellationToken.None);
        if (live) await board.ShowAsync(_app.Terminal.Status, running).ConfigureAwait(false);
        await running.ConfigureAwait(false);
        bool interrupted = cancel.IsCancellationRequested && !run.Trainer.IsDone;
        HorizonResult? horizons = null;
        try
        {
            if (_acDiff is not null && run.Trainer is { IsDone: true, IsAdapted: false })
                horizons = await _acDiff.StagesAsync(result, run, folder, json ? null : _app.Terminal.Error, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException("interrupted; the network is saved, and the same command goes on from the requests that were measured.");
        }

        _app.Terminal.Show(new TrainingReport(run, folder, from, board.Loss, interrupted, horizons), json);
        return interrupted ? _app.Interrupted() : ExitCode.Success;
    }

    private TrainingRun Open(ParseResult result, string folder, TrainingPictures pictures)
    {
        try
        {
            return TrainingRun.Open(folder, pictures, options => Change(result, options), Architecture(result, pictures),
                result.GetValue(_from), structured: _acDiff is not null);
        }
        catch (ArgumentException e)   // a network that does not fit the pictures, or itself
        {
            throw new UsageException(Printable.Escape(e.Message.Split(" (Parameter", 2)[0]));
        }
    }

    /// <summary>Options that were given, in place of the defaults or of those of the run that goes on.</summary>
    private TrainingOptions Change(ParseResult result, TrainingOptions options)
    {
        try
        {
            if (result.GetValue(_optimiser) is { } optimiser) options = options with { Optimiser = optimiser };
            if (result.GetValue(_precision) is { } choice)
                options = options with { Precision = choice.Precision ?? KernelSet.Current.Preferred };
            if (result.GetValue(_batch) is { } batch) options = options with { Batch = batch };
            if (result.GetValue(_rate) is { } rate) options = options with { Rate = rate };
            if (result.GetValue(_seed) is { } seed) options = options with { Seed = seed };
            if (result.GetValue(_pictures) is { } pictures) options = options with { Pictures = pictures };
            if (result.GetValue(_decay) is { } decay) options = options with { Decay = decay };
            return _acDiff?.Change(result, options) ?? options;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"--{e.ParamName!.ToLowerInvariant()} {e.ActualValue}: it {e.Message.Split(" (Parameter", 2)[0]}."));
        }
    }

    /// <summary>The network that was asked for; null where nothing was said of it.</summary>
    private UNet2DOptions? Architecture(ParseResult result, TrainingPictures pictures)
    {
        string? channels = result.GetValue(_channels), attention = result.GetValue(_attention);
        string? config = result.GetValue(_config);
        int? layers = result.GetValue(_layers);
        bool drawn = channels is not null || attention is not null || layers is not null;
        if (config is not null)
        {
            return !drawn ? Trainer.ReadArchitecture(config)
                : throw new UsageException(
                    "--config says all of the network; --channels, --layers and --attention cannot stand beside it.");
        }

        if (!drawn) return null;
        var architecture = new TrainingArchitecture();
        if (channels is not null) architecture = architecture with { Channels = Numbers(_channels, channels) };
        if (attention is not null)
            architecture = architecture with { Attention = attention == "none" ? [] : Numbers(_attention, attention) };
        if (layers is { } count) architecture = architecture with { Layers = count };
        try
        {
            return (architecture with { Structured = _acDiff is not null }).For(pictures);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--channels, --layers, --attention: {e.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static Option<double?> Real(string name, string unit, string description)
        => DrawingOptions.Option<double?>(name, [], unit, description, tokens => DrawingOptions.Real(tokens[0].Value));

    private static int[] Numbers(Option option, string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] numbers = [.. parts.Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return numbers.All(number => number > 0) ? numbers
            : throw new UsageException($"{option.Name} {Printable.Escape(text)}: whole numbers with commas between them are "
                + "expected, such as 64,128.");
    }

    private static T NotNegative<T>(Option option, T value)
        where T : System.Numerics.INumber<T>
        => value >= T.Zero ? value : throw new UsageException(string.Create(CultureInfo.InvariantCulture,
            $"{option.Name} {value}: it must be 0 or more."));
}
