using System.CommandLine;
using System.Diagnostics;
using Rubato.Cli.Display;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Cli.Commands;

/// <summary>Draws samples into PNG files, which carry how they were made.</summary>
internal static class GenerateCommand
{
    private const int DefaultCount = 8;

    public static Command Create(App app)
    {
        var drawing = new DrawingOptions($"{DefaultCount}; 1 without a prompt for a model of classes, and with --from");
        var from = new Option<string?>("--from")
        {
            Description = "Draw a picture of ours again, by the record in it; options given beside it replace what the record says",
            HelpName = "picture",
        };
        Option<string> output = OutputFile.Option("out.png");
        var command = new ExampleCommand("generate", "Draw samples. One becomes the output file; of several it holds the grid, "
            + "and each lies beside it as NAME-seed-N.png, for a model of classes as NAME-PROMPT-seed-N.png.", """
              rubato generate
              rubato generate "a photo of a horse"
              rubato generate horse frog --count 4 --guidance 2
              rubato generate --model mnist --count 1 --seed 42 -o digit.png
              rubato generate --steps 100 --policy adaptive-diffusion:threshold=0.02,max-skip=3
              rubato generate --policy none --json
              rubato generate --from out-horse-seed-3.png -o again.png
            """);
        drawing.AddTo(command);
        command.Add(from);
        command.Add(output);
        command.SetAction((result, cancel) => RunAsync(
            app, result, drawing, result.GetValue(from), OutputFile.Check(result.GetRequiredValue(output)), cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        App app, ParseResult result, DrawingOptions drawing, string? from, string output, CancellationToken cancel)
    {
        bool json = result.GetValue(app.Json);
        GenerationRecord? record = from is null ? null : ReadRecord(from);
        GenerationOptions start = record?.Options ?? new GenerationOptions { Count = DefaultCount };
        using Drawing open = drawing.Open(result, app, drawing.Read(result, start), record?.Precision);
        string[] before = record is null ? [] : [.. Differences(record, open.Model.Parts)];
        foreach (string warning in before) app.Terminal.Warn(warning);

        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<GeneratedSample> samples = await open.RunAsync("drawing", app.Terminal, json,
            cancel).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        cancel.ThrowIfCancellationRequested();
        IReadOnlyList<string> after = open.WarningsOf(samples);
        foreach (string warning in after) app.Terminal.Warn(warning);
        Picture? shown = open.Options.Structure?.Shown;
        string? structure = shown is null ? null : OutputFile.Beside(output, "structure");
        if (shown is not null) Png.Write(structure!, shown);
        app.Terminal.Show(new GenerationReport(open, samples, DrawnFiles.Write(samples, open.Options.Count, shown, output), elapsed)
        {
            Grid = samples.Count > 1 ? output : null,
            Structure = structure,
            Warnings = [.. before, .. after],
        }, json);
        return ExitCode.Success;
    }

    private static GenerationRecord ReadRecord(string from) => GenerationRecord.Read(Png.Read(from), from)
        ?? throw new UsageException($"--from {Printable.Escape(from)}: the picture has no record of rubato's; only pictures that "
            + "generate wrote can be drawn again.");

    /// <summary>Why the bits may differ from the picture's.</summary>
    private static IEnumerable<string> Differences(GenerationRecord record, Diffuser parts)
    {
        if (record.WeightsHash != parts.WeightsHash)
        {
            yield return $"the picture was drawn by {Printable.Escape(record.Model)} with other weights than those of {parts.Name}: "
                + "it will be another picture. --model names the model.";
        }

        KernelSet? kernels = KernelSet.All.FirstOrDefault(set => set.Name == record.Kernels);
        if (kernels?.Fused != KernelSet.Current.Fused)
        {
            yield return $"the picture was drawn with the kernels {Printable.Escape(record.Kernels)}, which round otherwise than "
                + $"{KernelSet.Current.Name}: it may differ in single bits.";
        }
    }
}
