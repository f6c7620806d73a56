using System.Text.Json;
using Rubato.Cli.Commands;
using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors.Kernels;

namespace Rubato.Cli.Display;

/// <summary>The members that the JSON objects of the drawing commands share.</summary>
internal static class DrawingJson
{
    public static void WriteHead(Utf8JsonWriter json, string command, Drawing drawing)
    {
        json.WriteString("command", command);
        json.WriteString("version", GenerationRecord.Version);
        json.WriteStartObject("model");
        json.WriteString("name", drawing.Model.Parts.Name);
        json.WriteString("weights_sha256", drawing.Model.Parts.WeightsHash);
        json.WriteEndObject();
        json.WriteString("kernels", KernelSet.Current.Name);
        json.WriteString("precision", PrecisionNames.Of(drawing.Model.Parts.Precision));
        json.WriteStartObject("options");
        json.WriteStartArray("prompts");
        foreach (string prompt in drawing.Options.Prompts) json.WriteStringValue(prompt);
        json.WriteEndArray();
        json.WriteNumber("count", drawing.Options.Count);
        json.WriteNumber("seed", drawing.Options.Seed);
        if (drawing.Options.Steps is { } steps) json.WriteNumber("steps", steps);
        else if (drawing.Options.Tolerance is { } tolerance) json.WriteNumber("tolerance", tolerance);
        else json.WriteNumber("budget", drawing.Options.Budget ?? drawing.Model.Parts.DefaultBudget);
        json.WriteString("solver", drawing.Options.Solver);
        if (drawing.Options.Schedule is { } schedule) json.WriteString("schedule", schedule);
        json.WriteNumber("guidance", drawing.Options.GuidanceScale ?? 1);
        json.WriteString("noise", DrawingOptions.NoiseWords.First(pair => pair.Value == drawing.Options.Noise).Key);
        json.WriteStartArray("policies");
        foreach (IAdaptation policy in drawing.Options.Policies ?? drawing.Model.Parts.DefaultPolicies) json.WriteStringValue(policy.Description);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>An object; seconds are counted from the start of the run.</summary>
    public static void WriteSample(Utf8JsonWriter json, GeneratedSample sample, string? file)
    {
        json.WriteStartObject();
        if (sample.Prompt is not null) json.WriteString("prompt", sample.Prompt);
        json.WriteNumber("seed", sample.Seed);
        if (file is not null) json.WriteString("file", file);
        json.WriteNumber("steps", sample.Steps);
        json.WriteNumber("evaluations", sample.Evaluations);
        json.WriteNumber("skipped", sample.Trace.Skipped);
        json.WriteNumber("full_evaluations", sample.FullEvaluations);
        json.WriteNumber("seconds", Math.Round(sample.Seconds, 6));
        json.WritePropertyName("trace");
        TraceJson.Write(json, sample.Trace);
        json.WriteEndObject();
    }
}
