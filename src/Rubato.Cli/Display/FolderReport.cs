using System.Text.Json;
using Rubato.Checkpoints;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>A part of a model: the folder's name, the class that its configuration names, its tensors.</summary>
internal sealed record ModelPart(string Name, string? Class, CheckpointSummary? Checkpoint);

/// <summary>A model's folder.</summary>
/// <param name="path">The folder.</param>
/// <param name="parts">What lies in it.</param>
/// <param name="loaded">The class of the network that was built of it; null where that failed.</param>
/// <param name="classes">What it draws, by index; empty where it takes no prompt.</param>
/// <param name="problems">What is wrong with it.</param>
internal sealed class FolderReport(string path, IReadOnlyList<ModelPart> parts, string? loaded,
    IReadOnlyList<string> classes, IReadOnlyList<string> problems) : IReport
{
    private const int MostClasses = 20;

    public void Print(IAnsiConsole console)
    {
        console.Fact("folder", path);
        foreach (ModelPart part in parts)
        {
            console.Fact("part", $"{part.Name}{(part.Class is null ? "" : $": {part.Class}")}");
            if (part.Checkpoint is { } summary) CheckpointReport.PrintSummary(console, summary);
        }

        if (loaded is not null) console.Fact("loads", $"yes, as {loaded}");
        if (classes.Count > 0)
        {
            console.Fact("classes", string.Join(", ", classes.Take(MostClasses))
                + (classes.Count > MostClasses ? $" and {classes.Count - MostClasses} more; --json lists them" : ""));
        }

        foreach (string problem in problems) console.Fact("problem", problem);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "info");
        json.WriteString("kind", "folder");
        json.WriteString("path", path);
        json.WriteString("loads_as", loaded);
        json.WriteStartArray("classes");
        foreach (string name in classes) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("parts");
        foreach (ModelPart part in parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteString("class", part.Class);
            if (part.Checkpoint is { } summary)
            {
                json.WriteStartObject("checkpoint");
                CheckpointReport.WriteSummary(json, summary);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (string problem in problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
