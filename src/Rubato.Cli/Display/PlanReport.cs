using System.Globalization;
using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Text;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>How a request would be drawn.</summary>
/// <param name="model">By what; the report owns it.</param>
/// <param name="options">What is asked for, with nothing left to the model's defaults.</param>
/// <param name="plan">The plan.</param>
/// <param name="reading">What the prompt was understood as; null where there is none.</param>
/// <param name="evaluations">Forwards of the network, without policies.</param>
internal sealed class PlanReport(RubatoModel model, GenerationOptions options, SamplePlan plan, PromptReading? reading, int evaluations)
    : IReport, IDisposable
{
    private const string NoClass = "none";

    private Diffuser Parts => model.Parts;

    private string Class => reading?.Class is { } index ? Parts.Classes[index] : NoClass;

    /// <summary>lambda = ln(alpha / sigma) where steps begin.</summary>
    private double[] Levels => [.. plan.Sampler.Grid.Steps.Select(step => -Math.Log(step.From.Kappa))];

    public void Print(IAnsiConsole console)
    {
        console.Fact("class", Understood());
        if (options.Structure is { } structure)
        {
            console.Fact("structure", Structure.Word(structure.Kind)
                + (structure.EdgeDensity is { } density ? $", lines on {Figures.Percent(density)} of the pixels" : ""));
        }

        string why = !plan.IsEstimated ? "as given"
            : options.Tolerance is { } error ? $"estimated to bring this request's error to {error.ToString(CultureInfo.InvariantCulture)}"
            : string.Create(CultureInfo.InvariantCulture,
                $"estimated for this request; the mean request has {options.Budget ?? Parts.DefaultBudget:0.##}");
        console.Fact("horizon", $"{plan.Steps} steps, {why}");
        console.Fact("solver", $"{options.Solver}{(plan.Schedule is null ? "" : $" on {plan.Schedule}")}");
        console.Fact("cost", string.Create(CultureInfo.InvariantCulture,
            $"{evaluations} evaluations{(options.GuidanceScale == 1 ? "" : $", guidance {options.GuidanceScale}")}, without policies"));
        console.Line("");
        foreach (string line in LevelPlot.Draw(Levels)) console.Line(line);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "plan");
        json.WriteString("version", GenerationRecord.Version);
        json.WriteStartObject("model");
        json.WriteString("name", Parts.Name);
        json.WriteString("weights_sha256", Parts.WeightsHash);
        json.WriteEndObject();
        json.WriteString("prompt", plan.Subject.Prompt);
        json.WriteString("class", Class);
        if (reading is { } read) json.WriteNumber("probability", Math.Round(read.Probability, 4));
        if (options.Structure is { } structure)
        {
            json.WriteStartObject("structure");
            json.WriteString("kind", Structure.Word(structure.Kind));
            if (structure.EdgeDensity is { } density) json.WriteNumber("edge_density", Math.Round(density, 4));
            json.WriteEndObject();
        }

        if (plan.IsEstimated && options.Tolerance is { } tolerance) json.WriteNumber("tolerance", tolerance);
        else if (plan.IsEstimated) json.WriteNumber("budget", options.Budget ?? Parts.DefaultBudget);
        json.WriteNumber("horizon", plan.Steps);
        json.WriteBoolean("estimated", plan.IsEstimated);
        json.WriteString("solver", options.Solver);
        json.WriteString("schedule", plan.Schedule);
        json.WriteNumber("guidance", options.GuidanceScale ?? 1);
        json.WriteNumber("evaluations", evaluations);
        json.WriteStartArray("levels");
        foreach (double level in Levels) json.WriteNumberValue(Math.Round(level, 6));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Dispose() => model.Dispose();

    private string Understood()
    {
        if (reading is not { } read) return $"{NoClass}: nothing is asked for";
        return read.Class is null ? $"{NoClass} of what {Parts.Name} draws: {string.Join(", ", Parts.Classes)}"
            : read.Probability >= 1 ? Class : $"{Class} ({Figures.Percent(read.Probability)} sure)";
    }
}
