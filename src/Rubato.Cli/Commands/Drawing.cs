using System.Globalization;
using Rubato.Cli.Display;
using Rubato.Files;

namespace Rubato.Cli.Commands;

/// <summary>A model and what it is to draw, with nothing left to the model's defaults.</summary>
internal sealed record Drawing(RubatoModel Model, GenerationOptions Options) : IDisposable
{
    /// <summary>How each prompt is drawn, in their order.</summary>
    public IReadOnlyList<SamplePlan> Plans { get; } = Model.Plan(Options);

    /// <summary>Names of the samples in their order: their prompt, where there is one, and seed.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            IEnumerable<string> prompts = Options.Prompts.Count == 0 ? [""] : Options.Prompts.Select(prompt => $"{Figures.Prompt(prompt)} ");
            return [.. prompts.SelectMany(name => Enumerable.Range(0, Options.Count).Select(i
                => string.Create(CultureInfo.InvariantCulture, $"{name}seed {Options.Seed + i}")))];
        }
    }

    /// <summary>Draws, and shows how far it is: a live board, lines, or nothing beside a JSON object.</summary>
    /// <returns>The samples in the order of their labels.</returns>
    public async Task<IReadOnlyList<GeneratedSample>> RunAsync(
        string title, Terminal terminal, bool quiet, CancellationToken cancel)
    {
        if (quiet) return await Model.GenerateAsync(Options, progress: null, cancel).ConfigureAwait(false);
        var ledger = new Ledger([.. Plans.SelectMany(plan => Enumerable.Repeat(plan.Steps, Options.Count))]);
        Task<IReadOnlyList<GeneratedSample>> running = Model.GenerateAsync(Options, ledger, cancel);
        Task showing = terminal.IsLive
            ? new ProgressBoard(title, ledger, Labels).ShowAsync(terminal.Status, running)
            : ProgressLines.ShowAsync(title, ledger, terminal.Error, running);
        await showing.ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    /// <summary>What is to be said of samples that ended in no picture: nothing, or one sentence.</summary>
    /// <param name="samples">All of them, in the order of their labels.</param>
    public IReadOnlyList<string> WarningsOf(IReadOnlyList<GeneratedSample> samples)
    {
        string[] lost = [.. Labels.Where((_, i) => !samples[i].IsFinite)];
        return lost is [] ? [] : [$"{lost.Length} of {samples.Count} samples ran away to numbers that are not finite, and show nothing: "
            + $"{Printable.List(lost)}. More steps may hold them, or another solver or schedule."];
    }

    public void Dispose() => Model.Dispose();
}
