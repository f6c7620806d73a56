using System.Text.Json;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What a benchmark found.</summary>
/// <param name="summary">In sentences.</param>
/// <param name="page">Where all of it is.</param>
/// <param name="write">Writes it as one object.</param>
internal sealed class StudyReport(IReadOnlyList<string> summary, string page, Action<Utf8JsonWriter> write) : IReport
{
    public void Print(IAnsiConsole console)
    {
        foreach (string sentence in summary) console.Profile.Out.Writer.WriteLine(sentence);   // longer than a line may be
        console.Line($"{page} shows all.");
    }

    public void Write(Utf8JsonWriter json) => write(json);
}
