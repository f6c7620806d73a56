using System.Globalization;
using System.Text;
using System.Text.Json;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Files;

namespace Rubato.Cli.Commands;

/// <summary>Runs a benchmark: says beforehand what it will take, shows how far it is, and writes a page with its JSON.</summary>
internal static class BenchRun
{
    /// <summary>The ending of pages.</summary>
    public const string Extension = ".html";

    /// <summary>Runs it.</summary>
    /// <param name="terminal">Where it says so.</param>
    /// <param name="json">Whether nothing but an object may stand on stdout: then nothing is told on the way either.</param>
    /// <param name="model">What is run.</param>
    /// <param name="benchmark">The benchmark.</param>
    /// <param name="cache">The folder of its runs.</param>
    /// <param name="cancel">Ends it; runs that are finished are kept.</param>
    public static async Task<TResult> RunAsync<TResult>(
        Terminal terminal, bool json, RubatoModel model, IBenchmark<TResult> benchmark, string cache, CancellationToken cancel)
    {
        IReadOnlyList<(string Section, long Evaluations)> budget = await benchmark.BudgetAsync().ConfigureAwait(false);
        if (!json) PrintBudget(terminal, model, budget, benchmark.CachedRuns, cache);
        var ledger = new StudyLedger(budget);
        Task<TResult> running = benchmark.RunAsync(ledger, cancel);
        try
        {
            if (!json) await BenchProgress.ShowAsync(terminal, ledger, running).ConfigureAwait(false);
            return await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException($"interrupted; the same command goes on from the runs in {Printable.Escape(cache)}.");
        }
    }

    /// <summary>Writes a page, and beside it the same numbers and its first plot.</summary>
    /// <param name="page">The path of the page.</param>
    /// <param name="html">The page.</param>
    /// <param name="json">Writes the numbers.</param>
    /// <param name="svg">The plot; null for none.</param>
    public static void Write(string page, string html, Action<Utf8JsonWriter> json, string? svg = null)
    {
        AtomicFile.Write(page, stream => stream.Write(Encoding.UTF8.GetBytes(html)));
        if (svg is not null) AtomicFile.Write(Path.ChangeExtension(page, ".svg"), stream => stream.Write(Encoding.UTF8.GetBytes(svg)));
        AtomicFile.Write(Path.ChangeExtension(page, ".json"), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json(writer);
        });
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
