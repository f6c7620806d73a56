using System.Globalization;
using System.Text.Json;
using Rubato.Training;
using Rubato.Training.Horizons;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What a call of training came to.</summary>
/// <param name="run">The run.</param>
/// <param name="folder">Its folder.</param>
/// <param name="from">Pictures that it had seen before.</param>
/// <param name="loss">The last; null where nothing was trained.</param>
/// <param name="interrupted">Whether it was ended before it was done.</param>
/// <param name="horizons">What came of learning horizons; null where none were.</param>
internal sealed class TrainingReport(
    TrainingRun run, string folder, long from, double? loss, bool interrupted, HorizonResult? horizons = null) : IReport
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
        if (horizons is { } learned) HorizonTable.Print(console, learned);
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
        if (horizons is { } learned) HorizonTable.Write(json, learned);
        json.WriteEndObject();
    }
}
