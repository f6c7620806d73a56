using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rubato.Cli.Display;
using Spectre.Console;

namespace Rubato.Cli;

/// <summary>Where a command writes: results to one stream, everything else to the other.</summary>
internal sealed class Terminal
{
    private const int WidthOfFiles = 160;   // no terminal, no edge: lines of tables stay whole

    public Terminal(TextWriter output, TextWriter error)
    {
        (Out, Error) = (output, error);
        (Results, Status) = (ConsoleOn(output), ConsoleOn(error));
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>The standard output.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>The standard error stream.</summary>
    public IAnsiConsole Status { get; }

    /// <summary>Whether somebody watches, on a terminal that can be drawn over.</summary>
    public bool IsLive => Status.Profile.Out.IsTerminal && Status.Profile.Capabilities.Ansi;

    public void Warn(string message) => Error.WriteLine($"rubato: warning: {message}");

    /// <summary>Prints a report for people, or as the one JSON object.</summary>
    public void Show(IReport report, bool json)
    {
        if (json) WriteJson(report.Write);
        else report.Print(Results);
    }

    /// <summary>Writes one line of JSON. Outside of ASCII everything is escaped: a terminal may be at the other end.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
            write(json);
        Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthOfFiles;
        return console;
    }
}
