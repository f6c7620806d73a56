using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Rubato.Cli.Display;
using Rubato.Tensors;
using Rubato.Text;
using Rubato.Training.Prompts;

namespace Rubato.Cli.Commands;

/// <summary>Trains what reads prompts for a model of classes.</summary>
internal sealed class TrainPromptsCommand
{
    private const int DefaultSteps = 4000, StepsOfLine = 500;
    private const string TokenizerFolder = "tokenizer", WordsFolder = "text";

    private readonly App _app;

    private readonly Argument<string> _captions = new("captions")
    {
        Description = "Captions of pictures: a table with tabs between its columns, of which one is called id and one text",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The folder to write config.json and model.safetensors into",
        HelpName = "folder",
        Required = true,
    };

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "The model that prompts are for: its classes, tokenizer/merges.txt, text/lexicon.txt and text/templates.txt "
            + "are read (acdiff)",
        HelpName = "folder",
    };

    private readonly Option<string?> _clip = new("--clip")
    {
        Description = "Learn from what this CLIP makes of prompts, and not from a table of tokens: the folder of a CLIPModel of "
            + "transformers, or one of text_encoder and tokenizer. Its reading half is copied into the output",
        HelpName = "folder",
    };

    private readonly Option<int?> _steps = DrawingOptions.Number<int>("--steps", $"Steps of training, of 64 prompts each ({DefaultSteps})");
    private readonly Option<long?> _seed = DrawingOptions.Number<long>("--seed", "Seed of everything random (0)");

    private TrainPromptsCommand(App app) => _app = app;

    public static Command Create(App app)
    {
        var train = new TrainPromptsCommand(app);
        var command = new ExampleCommand("train-prompts", "Train the small network that reads prompts for a model of "
            + "classes: which of them is asked for, or none.", """
              rubato train-prompts prompts.tsv -o models/acdiff/text
              rubato train-prompts prompts.tsv --clip clip-vit-large-patch14 -o text
            """)
        {
            train._captions, train._output, train._model, train._clip, train._steps, train._seed,
        };
        command.SetAction(train.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancel)
    {
        bool json = result.GetValue(_app.Json);
        string folder = OutputFile.CheckFolder(result.GetRequiredValue(_output));
        int steps = result.GetValue(_steps) ?? DefaultSteps;
        if (steps < 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--steps {steps}: it must be 1 or more."));
        string model = ModelFinder.Find(result.GetValue(_model));
        using RubatoModel drawn = _app.Load(model, Precision.Float32);
        var data = PromptData.Read(drawn.Parts.Classes, Path.Combine(model, WordsFolder), result.GetRequiredValue(_captions));
        IPromptLearner learner = result.GetValue(_clip) is { } clip ? new ClipLearner(data, clip)
            : new TokenLearner(data, ClipTokenizer.Load(Path.Combine(model, TokenizerFolder)));
        var trainer = new PromptTrainer(data, learner, steps, result.GetValue(_seed) ?? 0);
        long started = Stopwatch.GetTimestamp();
        double loss = 0;
        while (trainer.Done < steps)
        {
            cancel.ThrowIfCancellationRequested();
            double step = trainer.Step();
            loss = trainer.Done == 1 ? step : loss + (step - loss) / Math.Min(trainer.Done, StepsOfLine);
            if (!json && trainer.Done % StepsOfLine == 0)
            {
                _app.Terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"rubato: train-prompts: {trainer.Done} of {steps} steps, loss {loss:0.0000}"));
            }
        }

        learner.Export(folder);
        _app.Terminal.Show(new PromptTrainingReport(trainer, folder, loss, Stopwatch.GetElapsedTime(started)), json);
        return Task.FromResult(ExitCode.Success);
    }
}
