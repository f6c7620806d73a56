using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Tensors;
using Rubato.Tensors.Threads;

namespace Rubato.Cli.Commands;

/// <summary>What deciding by the sample does to a model: one HTML page with its JSON beside it.</summary>
internal static class AdaptiveDiffusionBench
{
    private const string Extension = ".html";

    public static Command Create(App app)
    {
        var model = new Option<string?>("--model", "-m")
        {
            Description = $"The model's folder, or the name of a bundled model [default: {string.Join(", else ", ModelFinder.Defaults)}]",
            HelpName = "folder",
        };
        Option<int?> samples = DrawingOptions.Option<int?>("--samples", [], "number",
            $"Reported seeds, 16 to {StudyPlan.MostSamples}: the time is in proportion [default: {StudyPlan.MostSamples}]",
            tokens => Samples(tokens[0].Value));
        var quick = new Option<bool>("--quick") { Description = "Few seeds and settings: whether it runs, not what it shows" };
        var cache = new Option<string?>("--cache")
        {
            Description = "Where finished runs are kept; a run that was interrupted goes on from there [default: NAME.cache beside the page]",
            HelpName = "folder",
        };
        Option<int?> threads = DrawingOptions.Option<int?>("--threads", ["-t"], "number", "Threads to use [default: all cores]",
            tokens => DrawingOptions.Threads(tokens[0].Value));
        var output = new Option<string>("--output", "-o")
        {
            Description = "The page to write; NAME.json beside it holds the same numbers",
            HelpName = "file",
            DefaultValueFactory = _ => "adaptive-diffusion.html",
        };
        var command = new ExampleCommand("adaptive-diffusion", "Compare the criteria of AdaptiveDiffusion with each other and with ways to spare as much "
            + "without looking at the sample.", """
              rubato bench adaptive-diffusion
              rubato bench adaptive-diffusion --samples 64 -o docs/adaptive-diffusion.html
            """) { model, samples, quick, cache, threads, output };
        command.SetAction((result, cancel) =>
        {
            string page = OutputFile.Check(result.GetRequiredValue(output), "--output", "the page is HTML", Extension);
            if (result.GetValue(threads) is { } number) WorkerTeam.Current = new WorkerTeam(number);
            int count = result.GetValue(samples) ?? StudyPlan.MostSamples;
            return RunAsync(app, result.GetValue(app.Json), ModelFinder.Find(result.GetValue(model)),
                result.GetValue(quick) ? StudyPlan.Quick(count) : new StudyPlan { Samples = count },
                result.GetValue(cache) ?? Path.ChangeExtension(page, ".cache"), page, cancel);
        });
        return command;
    }

    private static int Samples(string text) => DrawingOptions.Whole<int>(text) is var samples and >= 16 and <= StudyPlan.MostSamples ? samples
        : throw new FormatException($"must be a whole number from 16 to {StudyPlan.MostSamples}");

    private static async Task<int> RunAsync(
        App app, bool json, string folder, StudyPlan plan, string cache, string page, CancellationToken cancel)
    {
        using RubatoModel model = app.Load(folder, Precision.Float32);   // the same figures on every machine
        PerceptualDistance? perceptual = ModelFinder.EvaluationIfThere() is { } judges ? PerceptualDistance.SqueezeNet(judges) : null;
        using var benchmark = new AdaptiveDiffusionBenchmark(model.Parts, plan, cache, perceptual);
        IReadOnlyList<(string Section, long Evaluations)> budget = await benchmark.BudgetAsync().ConfigureAwait(false);
        if (!json) PrintBudget(app.Terminal, model, budget, benchmark.CachedRuns, cache);
        var ledger = new StudyLedger(budget);
        Task<StudyResult> running = benchmark.RunAsync(ledger, cancel);
        StudyResult result;
        try
        {
            if (!json) await BenchProgress.ShowAsync(app.Terminal, ledger, running).ConfigureAwait(false);
            result = await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException($"interrupted; the same command goes on from the runs in {Printable.Escape(cache)}.");
        }

        AtomicFile.Write(page, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(StudyPage.Write(result))));
        AtomicFile.Write(Path.ChangeExtension(page, ".json"), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            StudyJson.Write(writer, result);
        });
        app.Terminal.Show(new StudyReport(result, page), json);
        return ExitCode.Success;
    }

    private static void PrintBudget(
        Terminal terminal, RubatoModel model, IReadOnlyList<(string Section, long Evaluations)> budget, int cached, string cache)
    {
        double seconds = EvaluationTime.Of(model.Parts.Network, model.Parts.Classes.Count > 0);
        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"rubato: about {Figures.Number(budget.Sum(part => part.Evaluations))} evaluations of {1000 * seconds:0.0} ms; {cached} runs are there in {Printable.Escape(cache)}"));
        foreach ((string section, long evaluations) in budget)
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"rubato:   {section,-34}{Figures.Number(evaluations),10} {evaluations * seconds / 60,8:0.0} min"));
        }
    }
}
