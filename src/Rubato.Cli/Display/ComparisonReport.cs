using System.Globalization;
using System.Text.Json;
using Rubato.Cli.Commands;
using Rubato.Evaluation;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What compare found.</summary>
internal sealed class ComparisonReport(Drawing drawing, IReadOnlyList<Comparison> comparisons, string file, int gain)
    : IReport
{
    private int Evaluations => comparisons.Sum(pair => pair.Adapted.Evaluations);

    private int FullEvaluations => comparisons.Sum(pair => pair.Full.Evaluations);

    private double MeanPsnr => comparisons.Average(pair => pair.PsnrDecibels);

    private double? MeanSimilarity => comparisons.Average(pair => pair.Similarity);

    private double FullSeconds => comparisons.Max(pair => pair.Full.Seconds);

    private double AdaptedSeconds => comparisons.Max(pair => pair.Adapted.Seconds);

    public void Print(IAnsiConsole console)
    {
        Table table = Figures.Table(
            ">sample", "run with policies", ">evaluations", ">full", ">saving", ">PSNR dB", ">SSIM");
        foreach (Comparison pair in comparisons)
        {
            table.Row(Figures.Sample(pair.Full),
                TimelineText.Of(pair.Adapted.Trace, Figures.TimelineCells(console)),
                Figures.Number(pair.Adapted.Evaluations), Figures.Number(pair.Full.Evaluations),
                Figures.Percent(Figures.Saving(pair.Adapted.Evaluations, pair.Full.Evaluations)),
                Decibels(pair.PsnrDecibels), Similarity(pair.Similarity));
        }

        if (comparisons.Count > 1)
        {
            table.AddEmptyRow();
            table.Row("all", "", Figures.Number(Evaluations), Figures.Number(FullEvaluations),
                Figures.Percent(Figures.Saving(Evaluations, FullEvaluations)), Decibels(MeanPsnr),
                Similarity(MeanSimilarity));
        }

        console.Write(table);
        console.Line($"{Figures.Seconds(FullSeconds)} s in full, {Figures.Seconds(AdaptedSeconds)} s with policies. "
            + $"Differences are shown {gain} times as large in {file}.");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        DrawingJson.WriteHead(json, "compare", drawing);
        json.WriteString("file", file);
        json.WriteNumber("gain", gain);
        json.WriteStartArray("samples");
        foreach (Comparison pair in comparisons)
        {
            json.WriteStartObject();
            if (pair.Full.Prompt is not null) json.WriteString("prompt", pair.Full.Prompt);
            json.WriteNumber("seed", pair.Full.Seed);
            json.WriteNumber("psnr", Math.Round(pair.PsnrDecibels, 4));
            WriteNumber(json, "ssim", pair.Similarity);
            json.WritePropertyName("full");
            DrawingJson.WriteSample(json, pair.Full, file: null);
            json.WritePropertyName("adapted");
            DrawingJson.WriteSample(json, pair.Adapted, file: null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("totals");
        json.WriteNumber("evaluations", Evaluations);
        json.WriteNumber("full_evaluations", FullEvaluations);
        json.WriteNumber("saving", Math.Round(Figures.Saving(Evaluations, FullEvaluations), 4));
        json.WriteNumber("mean_psnr", Math.Round(MeanPsnr, 4));
        WriteNumber(json, "mean_ssim", MeanSimilarity);
        json.WriteNumber("full_seconds", Math.Round(FullSeconds, 6));
        json.WriteNumber("seconds", Math.Round(AdaptedSeconds, 6));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Decibels(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Similarity(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, 6));
        else json.WriteNull(name);
    }
}
