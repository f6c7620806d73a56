using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>
/// Progress of a long run of which only the part that is done is known: a bar on a terminal, a line for each tenth
/// elsewhere, nothing beside a JSON object.
/// </summary>
internal sealed class DoneShare : IProgress<double>
{
    private const int Parts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private double _share;

    public void Report(double value) => Volatile.Write(ref _share, value);

    /// <summary>Shows how far a run is until it ends, however it ends.</summary>
    public async Task<T> ShowAsync<T>(string title, Terminal terminal, bool quiet, Task<T> running)
    {
        if (!quiet)
        {
            await (terminal.IsLive ? BarAsync(title, terminal.Status, running)
                : LinesAsync(title, terminal.Error, running)).ConfigureAwait(false);
        }

        return await running.ConfigureAwait(false);
    }

    private async Task BarAsync(string title, IAnsiConsole console, Task running)
        => await console.Progress().AutoClear(enabled: true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(),
            new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn()).StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title), autoStart: true, maxValue: 1);
            while (await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running)
                task.Value = Volatile.Read(ref _share);
        }).ConfigureAwait(false);

    private async Task LinesAsync(string title, TextWriter log, Task running)
    {
        long started = Stopwatch.GetTimestamp();
        await log.WriteLineAsync($"rubato: {title}").ConfigureAwait(false);
        for (int told = 0; await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running;)
        {
            double share = Volatile.Read(ref _share), seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            int part = (int)(share * Parts);
            if (part <= told || part == Parts) continue;
            told = part;
            await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"rubato: {title}: {100 * part / Parts} %, {seconds:0} s, about {seconds * (1 - share) / share:0} s left"))
                .ConfigureAwait(false);
        }
    }
}
