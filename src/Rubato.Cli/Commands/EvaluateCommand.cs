using System.CommandLine;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Imaging;

namespace Rubato.Cli.Commands;

/// <summary>Says how good pictures are: those of files, or those that a model draws.</summary>
internal static class EvaluateCommand
{
    private const int DefaultSamples = 2000, PicturesAtOnce = 100;

    public static Command Create(App app)
    {
        var pictures = new Argument<string[]>("pictures")
        {
            Description = "PNG files, or folders of them; the name of a picture's folder says its class, else its own record does. "
                + "Without any, a model draws",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var reference = new Option<string?>("--reference", "-r")
        {
            Description = "Compare each picture with that of the same name in this folder, or with this file",
            HelpName = "path",
        };
        var lpips = new Option<string?>("--lpips")
        {
            Description = "With --reference, also by LPIPS: a safetensors file of torchvision's AlexNet, VGG-16 or SqueezeNet 1.1",
            HelpName = "file",
        };
        Option<int?> samples = DrawingOptions.Option("--samples", [], "number",
            $"Samples to draw, as many of each class [default: {DefaultSamples}]", tokens => (int?)Samples(tokens[0].Value));
        var drawing = new DrawingOptions("");
        var command = new ExampleCommand("evaluate", "Judge pictures by the classes and the features that ResNet-56 sees in them, or "
            + "compare them with others.", """
              rubato evaluate pictures
              rubato evaluate out-horse-seed-1.png out-frog-seed-1.png
              rubato evaluate adapted --reference full
              rubato evaluate --model cifar10 --samples 500 --steps 20 --json
            """) { pictures, reference, lpips, samples };
        drawing.AddMannerTo(command);
        command.SetAction(async (result, cancel) =>
        {
            string[] paths = result.GetValue(pictures) ?? [];
            string? partners = result.GetValue(reference), trunk = result.GetValue(lpips);
            string? drawn = drawing.Given(result) ?? (result.GetValue(samples) is null ? null : samples.Name);
            if (trunk is not null && partners is null) throw new UsageException("--lpips compares pictures; --reference says with which.");
            if (paths is [] && partners is not null) throw new UsageException("--reference compares pictures; name them.");
            if (paths is not [] && drawn is not null)
                throw new UsageException($"{drawn} says how a model draws; it cannot stand beside pictures.");
            bool json = result.GetValue(app.Json);
            app.Terminal.Show(paths is []
                ? await DrawAsync(app.Terminal, drawing.Open(result, app, drawing.Read(result, new GenerationOptions())),
                    result.GetValue(samples) ?? DefaultSamples, json, cancel).ConfigureAwait(false)
                : await LookAsync(app.Terminal, result, drawing, paths, (partners, trunk), json, cancel).ConfigureAwait(false), json);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<IReport> DrawAsync(Terminal terminal, Drawing opened, int samples, bool json, CancellationToken cancel)
    {
        using Drawing drawing = Spread(opened, samples);
        string folder = ModelFinder.Evaluation();
        PictureClassifier classifier = PictureClassifier.Load(folder);
        CifarReference reference = CifarReference.Load(folder);
        var share = new DoneShare();
        ModelEvaluation evaluation = await share.ShowAsync($"drawing {samples} samples", terminal, json, ModelEvaluation.RunAsync(
            drawing.Model, drawing.Options, classifier, share, cancel)).ConfigureAwait(false);
        return new EvaluationReport(new SetFigures(evaluation.Pictures, reference)) { Drawing = drawing, Evaluation = evaluation };
    }

    /// <summary>As many samples of each class as make the number that is asked for.</summary>
    private static Drawing Spread(Drawing drawing, int samples)
    {
        try
        {
            string name = drawing.Model.Parts.Name;
            if (!ModelEvaluation.CanJudge(drawing.Model))
            {
                throw new UsageException($"{name} draws samples of {drawing.Model.Parts.Network.SampleShape}; "
                    + "only pictures of 32 x 32 pixels can be judged.");
            }

            int classes = Math.Max(1, drawing.Options.Prompts.Count), most = GenerationOptions.MostSamples * classes;
            if (samples % classes != 0 || samples > most)
            {
                throw new UsageException($"--samples {samples}: {name} has {classes} class{(classes == 1 ? "" : "es")}; "
                    + $"it must be a multiple of their number, at most {most}.");
            }

            return drawing with { Options = drawing.Options with { Count = samples / classes } };
        }
        catch
        {
            drawing.Dispose();
            throw;
        }
    }

    private static async Task<IReport> LookAsync(
        Terminal terminal, ParseResult result, DrawingOptions threads, string[] paths, (string? Reference, string? Lpips) pairs,
        bool json, CancellationToken cancel)
    {
        threads.UseThreads(result);
        if (pairs.Reference is { } named && !Directory.Exists(named) && !File.Exists(named))
            throw new FileNotFoundException($"{named}: no such file or folder.");
        IReadOnlyList<PictureFile> files = PictureFile.Find(paths);
        if (File.Exists(pairs.Reference) && files.Count > 1)
            throw new UsageException($"--reference {Printable.Escape(pairs.Reference)} is one file; {files.Count} pictures need a folder.");
        string folder = ModelFinder.Evaluation();
        var set = new PictureSet(PictureClassifier.Load(folder));
        PairMeasures? measures = pairs.Reference is null ? null : new PairMeasures(folder, pairs.Lpips);
        var share = new DoneShare();
        bool judged = await share.ShowAsync($"looking at {files.Count} picture{(files.Count == 1 ? "" : "s")}", terminal, json, Task.Run(
            () => Look(files, set, measures, pairs.Reference, share, cancel), cancel)).ConfigureAwait(false);
        return new EvaluationReport(judged ? new SetFigures(set, CifarReference.Load(folder)) : null)
        {
            Files = files,
            Pairs = measures?.All,
        };
    }

    /// <returns>Whether ResNet-56 looked at all of them: of pictures that are compared, none may have another size.</returns>
    private static bool Look(
        IReadOnlyList<PictureFile> files, PictureSet set, PairMeasures? measures, string? reference,
        DoneShare share, CancellationToken cancel)
    {
        bool judged = true;
        for (int begin = 0; begin < files.Count; begin += PicturesAtOnce)
        {
            PictureFile[] part = [.. files.Skip(begin).Take(PicturesAtOnce)];
            Picture[] pictures = new Picture[part.Length];
            for (int i = 0; i < part.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                pictures[i] = part[i].Read();
                if (measures is null) part[i].RequireSide(pictures[i]);
                else Compare(measures, part[i], pictures[i], part[i].PartnerIn(reference!));
            }

            judged = judged && pictures.All(PictureSet.CanJudge);
            if (judged) set.Add(pictures, [.. part.Zip(pictures, (file, picture) => file.AskedClass(picture))]);
            share.Report((begin + part.Length) / (double)files.Count);
        }

        return judged;
    }

    private static void Compare(PairMeasures measures, PictureFile file, Picture picture, PictureFile partner)
    {
        Picture other = partner.Read();
        if ((picture.Width, picture.Height, picture.Channels) != (other.Width, other.Height, other.Channels))
        {
            throw new PictureException(file.Path, chunk: null, $"is {picture.Width} x {picture.Height} x {picture.Channels}",
                $"{Printable.Escape(partner.Path)} is {other.Width} x {other.Height} x {other.Channels}, "
                + "and only pictures of one size can be compared");
        }

        measures.Add(picture, other);
    }

    private static int Samples(string text) => DrawingOptions.Whole<int>(text) is var samples and >= 2 ? samples
        : throw new FormatException("must be 2 or more");
}
