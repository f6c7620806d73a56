using System.Diagnostics;
using System.Globalization;
using Rubato.Benchmarks;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>How far a benchmark is, and how long it will take: one line that is drawn over, or a line in a while where that cannot be.</summary>
internal static class BenchProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), Silence = TimeSpan.FromSeconds(20);

    public static async Task ShowAsync(Terminal terminal, StudyLedger ledger, Task running)
    {
        if (terminal.IsLive)
        {
            await terminal.Status.Live(new Spectre.Console.Text("")).AutoClear(enabled: true).StartAsync(async live =>
            {
                while (await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running)
                    live.UpdateTarget(new Spectre.Console.Text(Line(ledger.Status)));
            }).ConfigureAwait(false);
            return;
        }

        long told = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running)
        {
            if (Stopwatch.GetElapsedTime(told) < Silence) continue;
            told = Stopwatch.GetTimestamp();
            await terminal.Error.WriteLineAsync($"rubato: {Line(ledger.Status)}").ConfigureAwait(false);
        }
    }

    private static string Line(StudyStatus status) => string.Create(CultureInfo.InvariantCulture,
        $"{100 * status.Share:0} %  {status.Section}{(status.Left is { } left ? $"  {Math.Ceiling(left.TotalMinutes):0} min left" : "")}");
}
