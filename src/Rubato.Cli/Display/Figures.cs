using System.Globalization;
using Rubato.Files;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>Numbers and tables as all commands print them.</summary>
internal static class Figures
{
    private const int LongestPrompt = 32;

    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    public static string Seconds(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Percent(double part) => (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A p-value; what is less than a thousandth is told as that.</summary>
    public static string Chance(double p) => p < 0.001 ? "< 0.001" : string.Create(CultureInfo.InvariantCulture, $"= {p:0.000}");

    /// <summary>A prompt as it fits into a line beside other things.</summary>
    public static string Prompt(string prompt)
        => Printable.Escape(prompt) is { Length: > LongestPrompt } shown ? $"{shown[..(LongestPrompt - 1)]}…" : Printable.Escape(prompt);

    /// <summary>A sample's seed, after its prompt where it has one.</summary>
    public static string Sample(GeneratedSample sample)
        => string.Create(CultureInfo.InvariantCulture, $"{(sample.Prompt is null ? "" : $"{Prompt(sample.Prompt)} ")}{sample.Seed}");

    /// <summary>The part of the full run's evaluations that was spared.</summary>
    public static double Saving(int evaluations, int full) => full == 0 ? 0 : 1 - (double)evaluations / full;

    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.0} GiB"),
    };

    /// <summary>Cells of a run's timeline in a table: fewer where the terminal is narrow.</summary>
    public static int TimelineCells(IAnsiConsole console)
    {
        const int Wide = 90, Many = 25, Few = 16;
        return console.Profile.Width >= Wide ? Many : Few;
    }

    /// <summary>A table without vertical lines; columns whose name begins with &gt; stand to the right.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            table.AddColumn(new TableColumn(Markup.Escape(column.TrimStart('>')))
            {
                Alignment = right ? Justify.Right : Justify.Left,
                NoWrap = true,
                Padding = new Padding(0, 0, 1, 0),
            });
        }

        return table;
    }

    /// <summary>Adds a row of plain texts; nothing in them is markup or moves the cursor.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string> cells)
    {
        var texts = new List<Spectre.Console.Text>();
        foreach (string cell in cells) texts.Add(new Spectre.Console.Text(Printable.Escape(cell)));
        table.AddRow(texts);
    }

    /// <summary>A line of plain text.</summary>
    public static void Line(this IAnsiConsole console, string text)
        => console.Profile.Out.Writer.WriteLine(Printable.Escape(text));

    /// <summary>A name and its value.</summary>
    public static void Fact(this IAnsiConsole console, string name, string value)
        => console.Profile.Out.Writer.WriteLine($"{name,-14}{Printable.Escape(value)}");
}
