using System.CommandLine;
using Rubato.Checkpoints;
using Rubato.Cli.Display;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Cli.Commands;

/// <summary>Says what a file or folder is, or what the machine is.</summary>
internal static class InfoCommand
{
    private const string ConfigName = "config.json", SchedulerConfigName = "scheduler_config.json";

    public static Command Create(App app)
    {
        var path = new Argument<string?>("path")
        {
            Description = "A safetensors file or index, a model's folder, a configuration, a PNG picture; nothing for the machine",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new ExampleCommand("info", "Say what a file, a model's folder or this machine is.", """
              rubato info
              rubato info models/mnist
              rubato info out-seed-3.png --json
            """) { path };
        command.SetAction(result =>
        {
            app.Terminal.Show(result.GetValue(path) is { } named ? Recognise(named, app.Load) : new MachineReport(),
                result.GetValue(app.Json));
            return ExitCode.Success;
        });
        return command;
    }

    private static IReport Recognise(string path, Func<string, Precision?, RubatoModel> load)
    {
        if (Directory.Exists(path)) return Folder(path, load);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such file or folder.");
        if (path.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase)) return Tensors(path);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return new ConfigReport(path, ModelConfig.Read(path));
        return path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? Picture(path) : Tensors(path);
    }

    private static CheckpointReport Tensors(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return new CheckpointReport(path, new CheckpointSummary(checkpoint));
    }

    private static PictureReport Picture(string path)
    {
        Picture picture = Png.Read(path);
        try
        {
            return new PictureReport(path, picture, GenerationRecord.Read(picture, path), []);
        }
        catch (PictureException damaged)   // the record, not the picture: the rest can be told
        {
            return new PictureReport(path, picture, record: null, [damaged.Message]);
        }
    }

    private static FolderReport Folder(string path, Func<string, Precision?, RubatoModel> load)
    {
        var problems = new List<string>();
        ModelPart[] parts = [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).Prepend(path)
            .Select(folder => Part(folder, folder == path ? "." : Path.GetFileName(folder), problems))
            .OfType<ModelPart>()];
        if (parts.Length == 0 && problems.Count == 0)
            throw new CheckpointException(path, "holds nothing of a model",
                $"a model's folder has {ModelIndex.FileName} and a folder for each part");
        string? network = null;
        IReadOnlyList<string> classes = [];
        Try(problems, () =>
        {
            (INetwork? found, classes) = NetworkIn(path, load);
            network = found?.GetType().Name;
        });
        return new FolderReport(path, parts, network, classes, problems);
    }

    /// <summary>The network of a whole model, with its classes, or of a part; null where there is neither.</summary>
    private static (INetwork? Network, IReadOnlyList<string> Classes) NetworkIn(string path, Func<string, Precision?, RubatoModel> load)
    {
        if (File.Exists(Path.Combine(path, ModelIndex.FileName)))
        {
            using RubatoModel model = load(path, Precision.Float32);
            return (model.Parts.Network, model.Parts.Classes);
        }

        return (File.Exists(Path.Combine(path, ConfigName)) ? Architectures.Load(path) : null, []);
    }

    /// <summary>Null for a folder without anything of a model.</summary>
    private static ModelPart? Part(string folder, string name, List<string> problems)
    {
        string? type = null;
        CheckpointSummary? summary = null;
        string? config = Array.Find([ModelIndex.FileName, ConfigName, SchedulerConfigName],
            file => File.Exists(Path.Combine(folder, file)));
        if (config is not null)
            Try(problems, () => type = ModelConfig.Read(Path.Combine(folder, config)).ReadText("_class_name", config));
        if (Directory.EnumerateFiles(folder, "*.safetensors*").Any())
        {
            Try(problems, () =>
            {
                using Checkpoint checkpoint = Checkpoint.Open(folder);
                summary = new CheckpointSummary(checkpoint);
            });
        }

        return type is null && summary is null ? null : new ModelPart(name, type, summary);
    }

    private static void Try(List<string> problems, Action action)
    {
        try
        {
            action();
        }
        catch (Exception wrong) when (wrong is CheckpointException or WeightsException or NotSupportedException or IOException)
        {
            if (!problems.Contains(wrong.Message, StringComparer.Ordinal)) problems.Add(wrong.Message);
        }
    }
}
