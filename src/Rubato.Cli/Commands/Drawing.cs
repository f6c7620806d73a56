using Rubato.Cli.Display;

namespace Rubato.Cli.Commands;

/// <summary>A model and what it is to draw.</summary>
internal sealed record Drawing(RubatoModel Model, GenerationOptions Options) : IDisposable
{
    /// <summary>The solver's name.</summary>
    public string Solver => Options.Solver ?? Model.Parts.DefaultSolver;

    /// <summary>Draws, and shows how far it is: a live board, lines, or nothing beside a JSON object.</summary>
    /// <returns>The samples in the order of their seeds.</returns>
    public async Task<IReadOnlyList<GeneratedSample>> RunAsync(
        string title, Terminal terminal, bool quiet, CancellationToken cancel)
    {
        if (quiet) return await Model.GenerateAsync(Options, progress: null, cancel).ConfigureAwait(false);
        var ledger = new Ledger(Options.Count, Options.Steps);
        Task<IReadOnlyList<GeneratedSample>> running = Model.GenerateAsync(Options, ledger, cancel);
        Task showing = terminal.IsLive
            ? new ProgressBoard(title, ledger, Options.Seed).ShowAsync(terminal.Status, running)
            : ProgressLines.ShowAsync(title, ledger, terminal.Error, running);
        await showing.ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    public void Dispose() => Model.Dispose();
}
