using System.Globalization;
using System.Text.Json;
using Rubato.Training;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What a call of training came to.</summary>
internal sealed class TrainingReport(TrainingRun run, string folder, long from, double? loss, bool interrupted) : IReport
{
    private readonly Trainer _trainer = run.Trainer;

    public void Print(IAnsiConsole console)
    {
        console.Fact("pictures", $"{Figures.Number(_trainer.Seen)} of {Figures.Number(_trainer.Options.Pictures)}");
        if (loss is { } value) console.Fact("loss", value.ToString("0.00000", CultureInfo.InvariantCulture));
        console.Fact("training", $"{Figures.Seconds(run.Log.Seconds)} s in all");
        console.Fact("model", run.ModelFolder);
        if (!_trainer.IsDone)
            console.Line($"{(interrupted ? "Interrupted; all of it is saved. " : "")}The same command goes on.");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "train");
        json.WriteString("version", Pipelines.GenerationRecord.Version);
        json.WriteString("run", folder);
        json.WriteString("model", run.ModelFolder);
        json.WriteNumber("from", from);
        json.WriteNumber("pictures", _trainer.Seen);
        json.WriteNumber("planned", _trainer.Options.Pictures);
        if (loss is { } value) json.WriteNumber("loss", value);
        else json.WriteNull("loss");
        json.WriteNumber("seconds", run.Log.Seconds);
        json.WriteBoolean("interrupted", interrupted);
        json.WriteEndObject();
    }
}
