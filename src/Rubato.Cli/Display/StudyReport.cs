using System.Text.Json;
using Rubato.Benchmarks;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What a benchmark found.</summary>
internal sealed class StudyReport(StudyResult result, string page) : IReport
{
    public void Print(IAnsiConsole console)
    {
        foreach (string sentence in result.Summary) console.Profile.Out.Writer.WriteLine(sentence);   // longer than a line may be
        console.Line($"{page} shows all.");
    }

    public void Write(Utf8JsonWriter json) => StudyJson.Write(json, result);
}
