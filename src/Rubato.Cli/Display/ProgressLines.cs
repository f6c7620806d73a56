using System.Globalization;

namespace Rubato.Cli.Display;

/// <summary>Progress where nobody can be drawn over, as in a log: one line at the start and one for each quarter.</summary>
internal static class ProgressLines
{
    private const int Parts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task ShowAsync(string title, Ledger ledger, TextWriter log, Task running)
    {
        long all = ledger.Steps.Sum(count => (long)count);
        (int fewest, int most) = (ledger.Steps.Min(), ledger.Steps.Max());
        await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"rubato: {title}: {ledger.Samples} sample{(ledger.Samples == 1 ? "" : "s")}, {(fewest == most ? $"{most}" : $"{fewest} to {most}")} steps")).ConfigureAwait(false);
        for (int told = 0; await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running;)
        {
            (int reached, int evaluations) = ledger.Totals;
            int part = (int)(reached * (long)Parts / all);
            if (part <= told || part == Parts) continue;
            told = part;
            await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"rubato: {title}: {100 * part / Parts} %, {evaluations} evaluations")).ConfigureAwait(false);
        }
    }
}
