using System.Text.Json;
using Rubato.Cli.Commands;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What generate made.</summary>
internal sealed class GenerationReport(
    Drawing drawing, IReadOnlyList<GeneratedSample> samples, IReadOnlyList<string> files, TimeSpan elapsed) : IReport
{
    /// <summary>The file with all of several pictures.</summary>
    public string? Grid { get; init; }

    /// <summary>The file with the structure that they were given.</summary>
    public string? Structure { get; init; }

    /// <summary>Why a picture may differ from the one that it was drawn from, and which show nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    private int Evaluations => samples.Sum(sample => sample.Evaluations);

    private int FullEvaluations => samples.Sum(sample => sample.FullEvaluations);

    public void Print(IAnsiConsole console)
    {
        Table table = Figures.Table(">sample", "run", ">evaluations", ">skipped", ">full", ">saving", ">seconds");
        foreach (GeneratedSample sample in samples)
        {
            table.Row(Figures.Sample(sample),
                TimelineText.Of(sample.Trace, Figures.TimelineCells(console)),
                Figures.Number(sample.Evaluations), Figures.Number(sample.Trace.Skipped),
                Figures.Number(sample.FullEvaluations),
                Figures.Percent(Figures.Saving(sample.Evaluations, sample.FullEvaluations)),
                Figures.Seconds(sample.Seconds));
        }

        if (samples.Count > 1)
        {
            table.AddEmptyRow();
            table.Row("all", "", Figures.Number(Evaluations),
                Figures.Number(samples.Sum(sample => sample.Trace.Skipped)),
                Figures.Number(FullEvaluations), Figures.Percent(Figures.Saving(Evaluations, FullEvaluations)),
                Figures.Seconds(elapsed.TotalSeconds));
        }

        console.Write(table);
        console.Line(Grid is null ? files[0] : $"{Grid} shows all; each is by itself in {files[0]} to {Path.GetFileName(files[^1])}.");
        if (Structure is not null) console.Line($"{Structure} is what they were given as structure.");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        DrawingJson.WriteHead(json, "generate", drawing);
        json.WriteString("grid", Grid);
        if (Structure is not null) json.WriteString("structure", Structure);
        json.WriteStartArray("samples");
        foreach ((GeneratedSample sample, string file) in samples.Zip(files))
            DrawingJson.WriteSample(json, sample, file);
        json.WriteEndArray();
        json.WriteStartObject("totals");
        json.WriteNumber("evaluations", Evaluations);
        json.WriteNumber("full_evaluations", FullEvaluations);
        json.WriteNumber("saving", Math.Round(Figures.Saving(Evaluations, FullEvaluations), 4));
        json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 6));
        json.WriteEndObject();
        json.WriteStartArray("warnings");
        foreach (string warning in Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
