using System.Globalization;
using System.Text.Json;
using Rubato.Training.Prompts;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What training on prompts came to.</summary>
internal sealed class PromptTrainingReport(PromptTrainer trainer, string folder, double loss, TimeSpan elapsed) : IReport
{
    private readonly PromptScore _score = trainer.Judge();

    public void Print(IAnsiConsole console)
    {
        console.Fact("steps", Figures.Number(trainer.Done));
        console.Fact("loss", loss.ToString("0.0000", CultureInfo.InvariantCulture));
        console.Fact("understood", $"{_score.ClassesRight} of {_score.Classes} captions that name a class, "
            + $"{_score.NoneRight} of {_score.None} others, not trained on");
        console.Fact("training", $"{Figures.Seconds(elapsed.TotalSeconds)} s");
        console.Fact("model", folder);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "train-prompts");
        json.WriteString("version", Pipelines.GenerationRecord.Version);
        json.WriteString("model", folder);
        json.WriteNumber("steps", trainer.Done);
        json.WriteNumber("loss", loss);
        json.WriteNumber("classes", _score.Classes);
        json.WriteNumber("classes_right", _score.ClassesRight);
        json.WriteNumber("none", _score.None);
        json.WriteNumber("none_right", _score.NoneRight);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
        json.WriteEndObject();
    }
}
