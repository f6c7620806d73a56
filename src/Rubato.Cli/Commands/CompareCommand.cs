using System.CommandLine;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Policies;

namespace Rubato.Cli.Commands;

/// <summary>Draws the same seeds with and without policies, side by side.</summary>
internal static class CompareCommand
{
    private const int DefaultCount = 8;

    public static Command Create(App app)
    {
        var drawing = new DrawingOptions(
            $"{DefaultCount}; 1 without a prompt for a model of classes", policies: "adaptive-diffusion");
        Option<string> output = OutputFile.Option("compare.png");
        var command = new ExampleCommand("compare", "Draw the same seeds by a full run and with policies, and show both, their "
            + "difference and what was evaluated (dark) and reused (pale) at each step.", """
              rubato compare
              rubato compare horse frog --count 4 --policy adaptive-diffusion:threshold=0.05
              rubato compare --steps 100 --json
            """);
        drawing.AddTo(command);
        command.Add(output);
        command.SetAction((result, cancel) => RunAsync(app, result, drawing,
            OutputFile.Check(result.GetRequiredValue(output)), cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        App app, ParseResult result, DrawingOptions drawing, string output, CancellationToken cancel)
    {
        bool json = result.GetValue(app.Json);
        using Drawing adapted = drawing.Open(result, app, drawing.Read(result,
            new GenerationOptions { Count = DefaultCount, Policies = [new AdaptiveDiffusion()] }));
        Drawing full = adapted with { Options = adapted.Options with { Policies = [] } };

        // One after the other: their seconds are compared too.
        IReadOnlyList<GeneratedSample> before = await full.RunAsync("full run", app.Terminal, json,
            cancel).ConfigureAwait(false);
        IReadOnlyList<GeneratedSample> after = await adapted.RunAsync("with policies", app.Terminal, json,
            cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        foreach (string warning in full.WarningsOf(before).Union(adapted.WarningsOf(after), StringComparer.Ordinal)) app.Terminal.Warn(warning);
        List<Comparison> comparisons = [.. before.Zip(after, (a, b) => new Comparison(a, b))];
        int gain = Comparison.GainOf(comparisons);
        Png.Write(output, ComparisonSheet.Draw(comparisons, gain));
        app.Terminal.Show(new ComparisonReport(adapted, comparisons, output, gain), json);
        return ExitCode.Success;
    }
}
