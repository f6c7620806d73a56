using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>A study as one JSON object: everything that the page shows.</summary>
internal static class StudyJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, StudyResult result)
    {
        json.WriteStartObject();
        json.WriteString("benchmark", "adaptive-diffusion");
        json.WriteString("version", GenerationRecord.Version);
        json.WriteStartObject("model");
        json.WriteString("name", result.Model);
        json.WriteString("weights_sha256", result.WeightsHash);
        json.WriteEndObject();
        json.WriteString("kernels", KernelSet.Current.Name);
        json.WriteStartObject("setting");
        json.WriteString("solver", result.Setting.Solver);
        json.WriteNumber("steps", result.Setting.Steps);
        json.WriteNumber("guidance", result.Setting.Guidance);
        json.WriteBoolean("class_conditional", result.Setting.HasClass);
        json.WriteEndObject();
        json.WriteNumber("first_seed", StudyPlan.FirstSeed);
        json.WriteNumber("samples", result.Plan.Samples);
        json.WriteNumber("first_choice_seed", StudyPlan.FirstChoiceSeed);
        json.WriteNumber("choice_samples", result.Plan.ChoiceSeeds().Length);
        json.WriteString("perceptual_distance", result.PerceptualName);
        Texts(json, "summary", result.Summary);
        json.WriteStartArray("sections");
        foreach (StudySection section in result.Sections) Write(json, section);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StudySection section)
    {
        json.WriteStartObject();
        json.WriteString("id", section.Id);
        json.WriteString("title", section.Title);
        Texts(json, "findings", section.Findings);
        json.WriteStartArray("points");
        foreach (StudyPoint point in section.Points)
        {
            json.WriteStartObject();
            json.WriteString("series", point.Series);
            json.WriteString("group", point.Group);
            json.WriteBoolean("adaptive", point.Role == PointRole.Adaptive);
            json.WriteString("settings", point.Settings);
            json.WriteNumber("samples", point.Samples);
            json.WriteNumber("evaluations", Math.Round(point.Evaluations, 4));
            json.WriteNumber("share", Math.Round(point.Share, 5));
            Write(json, "psnr", point.Psnr);
            Write(json, "ssim", point.Ssim);
            Write(json, "perceptual", point.Perceptual);
            Write(json, "lead_of_first", point.Lead);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (section.Table is { } table)
        {
            json.WriteStartObject("table");
            Texts(json, "columns", table.Columns);
            json.WriteStartArray("rows");
            foreach (IReadOnlyList<string> row in table.Rows)
            {
                json.WriteStartArray();
                foreach (string cell in row) json.WriteStringValue(cell);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Distribution? distribution)
    {
        if (distribution is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("mean", Math.Round(distribution.Mean, 5));
        json.WriteNumber("low", Math.Round(distribution.MeanInterval.Low, 5));
        json.WriteNumber("high", Math.Round(distribution.MeanInterval.High, 5));
        json.WriteNumber("median", Math.Round(distribution.Median, 5));
        json.WriteNumber("fifth_percentile", Math.Round(distribution.Fifth, 5));
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
