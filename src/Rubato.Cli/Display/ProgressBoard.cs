using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Display;

/// <summary>A line for each sample on a terminal, growing with its steps: dark where the network runs, pale where it is spared.</summary>
internal sealed class ProgressBoard(string title, Ledger ledger, IReadOnlyList<string> labels)
{
    private const int Cells = 50, LinesBesides = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Draws until the run ends, however it ends, and leaves the terminal clean.</summary>
    public async Task ShowAsync(IAnsiConsole console, Task running)
    {
        await console.Live(Board(console)).AutoClear(enabled: true).StartAsync(async live =>
        {
            while (await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running)
                live.UpdateTarget(Board(console));
        }).ConfigureAwait(false);
    }

    private Rows Board(IAnsiConsole console)
    {
        int shown = Math.Min(ledger.Samples, Math.Max(1, console.Profile.Height - LinesBesides));
        int width = labels.Max(label => label.Length);
        int cells = Math.Clamp(console.Profile.Width - width - 28, 10, Cells);
        (int reached, int evaluations) = ledger.Totals;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        var lines = new List<IRenderable>
        {
            Line($"[bold]{Markup.Escape(title)}[/]  {100.0 * reached / (double)ledger.Steps.Sum():0} %  "
                + $"{evaluations} evaluations  {elapsed.TotalSeconds:0.0} s"),
        };
        // Where not all have room, those that are under way go before those that are done.
        foreach (int i in Enumerable.Range(0, ledger.Samples).OrderBy(ledger.IsDone).Take(shown).Order())
        {
            string bar = TimelineText.Of(ledger.Filled(i), ledger.Steps[i], cells).PadRight(Math.Min(cells, ledger.Steps.Max()));
            lines.Add(Line($"{Markup.Escape(labels[i].PadRight(width))} [blue]{bar}[/] {ledger.Reached(i)}/{ledger.Steps[i]}"));
        }

        if (shown < ledger.Samples) lines.Add(Line($"[grey]and {ledger.Samples - shown} more[/]"));
        return new Rows(lines);
    }

    private static Markup Line(string markup) => new(markup) { Overflow = Overflow.Crop };
}
