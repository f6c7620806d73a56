using System.CommandLine;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Imaging;

namespace Rubato.Cli.Commands;

/// <summary>Says how good pictures are: those of files, or those that a model draws.</summary>
internal sealed class EvaluateCommand
{
    private const int DefaultSamples = 2000, PicturesAtOnce = 100;

    private readonly App _app;

    private readonly Argument<string[]> _pictures = new("pictures")
    {
        Description = "PNG files, or folders of them; the name of a picture's folder says its class, else its own record does. "
            + "Without any, a model draws",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _reference = new("--reference", "-r")
    {
        Description = "Compare each picture with that of the same name in this folder, or with this file",
        HelpName = "path",
    };

    private readonly Option<string?> _lpips = new("--lpips")
    {
        Description = "With --reference, also by LPIPS: a safetensors file of torchvision's AlexNet, VGG-16 or SqueezeNet 1.1",
        HelpName = "file",
    };

    private readonly Option<string?> _clip = new("--clip")
    {
        Description = "Also ask CLIP how well pictures agree with \"a photo of a {class}\" and, with --reference, with their partners: "
            + "the folder of a CLIPModel of transformers, or one of text_encoder, image_encoder and tokenizer",
        HelpName = "folder",
    };

    private readonly Option<string?> _inception = new("--inception")
    {
        Description = "Also by FID, with --real: a safetensors file of pytorch-fid's Inception (pt_inception-2015-12-05)",
        HelpName = "file",
    };

    private readonly Option<string?> _real = new("--real")
    {
        Description = "The pictures that FID is taken to: PNG files in a folder and below, or the folder of CIFAR-10's binary files, "
            + "whose training pictures count; or a file of --save-real",
        HelpName = "path",
    };

    private readonly Option<string?> _saveReal = new("--save-real")
    {
        Description = "Write what Inception sees in the pictures of --real, which takes long, into this .safetensors file",
        HelpName = "file",
    };

    private readonly Option<int?> _samples = DrawingOptions.Option("--samples", [], "number",
        $"Samples to draw, as many of each class [default: {DefaultSamples}]", tokens => (int?)Samples(tokens[0].Value));

    private readonly DrawingOptions _drawing = new("");

    private EvaluateCommand(App app) => _app = app;

    public static Command Create(App app)
    {
        var evaluate = new EvaluateCommand(app);
        var command = new ExampleCommand("evaluate", "Judge pictures by the classes and the features that ResNet-56 sees in them, or "
            + "compare them with others.", """
              rubato evaluate pictures
              rubato evaluate out-horse-seed-1.png out-frog-seed-1.png
              rubato evaluate adapted --reference full
              rubato evaluate --model cifar10 --samples 500 --steps 20 --json
              rubato evaluate pictures --inception pt_inception-2015-12-05.safetensors --real cifar-10-batches-bin
            """)
            {
                evaluate._pictures, evaluate._reference, evaluate._lpips, evaluate._clip, evaluate._inception, evaluate._real,
                evaluate._saveReal, evaluate._samples,
            };
        evaluate._drawing.AddMannerTo(command);
        command.SetAction(evaluate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancel)
    {
        string[] paths = result.GetValue(_pictures) ?? [];
        string? partners = result.GetValue(_reference);
        string? drawn = _drawing.Given(result) ?? (result.GetValue(_samples) is null ? null : _samples.Name);
        if (result.GetValue(_lpips) is not null && partners is null)
            throw new UsageException("--lpips compares pictures; --reference says with which.");
        if (result.GetValue(_inception) is null != result.GetValue(_real) is null)
            throw new UsageException("--inception sees the features of FID and --real says to which pictures; each takes the other.");
        if (result.GetValue(_saveReal) is { } kept)
        {
            if (result.GetValue(_real) is null) throw new UsageException("--save-real writes what is seen in the pictures of --real.");
            _ = FileToSave(kept);
        }

        if (paths is [] && partners is not null) throw new UsageException("--reference compares pictures; name them.");
        if (paths is not [] && drawn is not null)
            throw new UsageException($"{drawn} says how a model draws; it cannot stand beside pictures.");
        _app.Terminal.Show(paths is []
            ? await DrawAsync(result, cancel).ConfigureAwait(false)
            : await LookAsync(result, paths, partners, cancel).ConfigureAwait(false), result.GetValue(_app.Json));
        return ExitCode.Success;
    }

    private async Task<IReport> DrawAsync(ParseResult result, CancellationToken cancel)
    {
        int samples = result.GetValue(_samples) ?? DefaultSamples;
        using Drawing drawing = Spread(_drawing.Open(result, _app, _drawing.Read(result, new GenerationOptions())), samples);
        string folder = ModelFinder.Evaluation();
        PictureSet set = Eyes(result, folder);
        CifarReference reference = CifarReference.Load(folder);
        RealPictures? real = await RealAsync(result, set, cancel).ConfigureAwait(false);
        var share = new DoneShare();
        ModelEvaluation evaluation = await share.ShowAsync($"drawing {samples} samples", _app.Terminal, result.GetValue(_app.Json),
            ModelEvaluation.RunAsync(drawing.Model, drawing.Options, set, share, cancel)).ConfigureAwait(false);
        if (evaluation.RanAway is > 0 and int lost)
            _app.Terminal.Warn($"{lost} of {samples} samples ran away to numbers that are not finite; they are judged by the nothing that they show.");
        return new EvaluationReport(new SetFigures(set, reference, real)) { Drawing = drawing, Evaluation = evaluation };
    }

    /// <summary>What looks at pictures.</summary>
    private PictureSet Eyes(ParseResult result, string folder) => new(PictureClassifier.Load(folder))
    {
        Clip = result.GetValue(_clip) is { } clip ? ClipScore.Load(clip) : null,
        Inception = result.GetValue(_inception) is { } inception ? InceptionFeatures.Load(inception) : null,
    };

    /// <summary>What FID is taken to; null without FID.</summary>
    private async Task<RealPictures?> RealAsync(ParseResult result, PictureSet set, CancellationToken cancel)
    {
        if (set.Inception is null) return null;
        RealPictures real = await RealPictures.LookAsync(result.GetRequiredValue(_real)!, set.Inception, _app.Terminal,
            result.GetValue(_app.Json), cancel).ConfigureAwait(false);
        if (result.GetValue(_saveReal) is { } file) real.Save(FileToSave(file), set.Inception);
        return real;
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

    private async Task<IReport> LookAsync(ParseResult result, string[] paths, string? partners, CancellationToken cancel)
    {
        _drawing.UseThreads(result);
        if (partners is not null && !Directory.Exists(partners) && !File.Exists(partners))
            throw new FileNotFoundException($"{partners}: no such file or folder.");
        IReadOnlyList<PictureFile> files = PictureFile.Find(paths);
        if (File.Exists(partners) && files.Count > 1)
            throw new UsageException($"--reference {Printable.Escape(partners)} is one file; {files.Count} pictures need a folder.");
        string folder = ModelFinder.Evaluation();
        PictureSet set = Eyes(result, folder);
        PairMeasures? measures = partners is null ? null : new PairMeasures(folder, result.GetValue(_lpips), set.Clip);
        RealPictures? real = await RealAsync(result, set, cancel).ConfigureAwait(false);
        var share = new DoneShare();
        bool judged = await share.ShowAsync($"looking at {files.Count} picture{(files.Count == 1 ? "" : "s")}", _app.Terminal,
            result.GetValue(_app.Json), Task.Run(() => Look(files, set, measures, partners, share, cancel), cancel)).ConfigureAwait(false);
        return new EvaluationReport(judged ? new SetFigures(set, CifarReference.Load(folder), real) : null)
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
                if (measures is null || set.Inception is not null) part[i].RequireSide(pictures[i]);
                if (measures is not null) Compare(measures, part[i], pictures[i], part[i].PartnerIn(reference!));
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

    private static string FileToSave(string path)
        => OutputFile.Check(path, "--save-real", "the file is safetensors", RealPictures.Extension);

    private static int Samples(string text) => DrawingOptions.Whole<int>(text) is var samples and >= 2 ? samples
        : throw new FormatException("must be 2 or more");
}
