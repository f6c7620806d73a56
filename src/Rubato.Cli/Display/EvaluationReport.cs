using System.Globalization;
using System.Text.Json;
using Rubato.Cli.Commands;
using Rubato.Evaluation;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What evaluate found.</summary>
/// <param name="set">Null where the pictures have another size than ResNet-56 looks at.</param>
internal sealed class EvaluationReport(SetFigures? set) : IReport
{
    /// <summary>The pictures, where they are files.</summary>
    public IReadOnlyList<PictureFile> Files { get; init; } = [];

    /// <summary>Their comparison with others; null without.</summary>
    public IReadOnlyList<PairMeasure>? Pairs { get; init; }

    /// <summary>What drew, where a model drew.</summary>
    public Drawing? Drawing { get; init; }

    /// <summary>What it took to draw.</summary>
    public ModelEvaluation? Evaluation { get; init; }

    public void Print(IAnsiConsole console)
    {
        if (Evaluation is { } drawn) PrintDrawing(console, drawn);
        if (Pairs is not null) PrintPairs(console, Pairs);
        if (set is null) console.Line("ResNet-56 looks at pictures of 32 x 32 pixels; these have others.");
        else set.Print(console);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Drawing is { } drawing && Evaluation is { } drawn)
        {
            DrawingJson.WriteHead(json, "evaluate", drawing);
            json.WriteNumber("pictures", set!.Count);
            json.WriteNumber("mean_evaluations", Math.Round((double)drawn.Evaluations / set.Count, 4));
            json.WriteNumber("mean_full_evaluations", Math.Round((double)drawn.FullEvaluations / set.Count, 4));
            json.WriteNumber("seconds", Math.Round(drawn.Seconds, 6));
        }
        else
        {
            json.WriteString("command", "evaluate");
            json.WriteString("version", GenerationRecord.Version);
            json.WriteString("kernels", KernelSet.Current.Name);
            json.WriteNumber("pictures", Files.Count);
        }

        json.WritePropertyName("resnet56");
        if (set is null) json.WriteNullValue();
        else set.Write(json);
        set?.WriteFurther(json);
        json.WritePropertyName("pairs");
        if (Pairs is null) json.WriteNullValue();
        else WritePairs(json, Pairs);
        json.WriteEndObject();
    }

    private void PrintDrawing(IAnsiConsole console, ModelEvaluation drawn)
    {
        GenerationOptions options = Drawing!.Options;
        console.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Figures.Number(set!.Count)} samples of {Drawing.Model.Parts.Name}, seed {options.Seed}, {Steps(Drawing.Plans)} steps, ")
            + string.Create(CultureInfo.InvariantCulture, $"{options.Solver}, guidance {options.GuidanceScale}"));
        console.Line(string.Create(CultureInfo.InvariantCulture,
            $"{(double)drawn.Evaluations / set.Count:0.0} evaluations a sample, ") + string.Create(CultureInfo.InvariantCulture,
            $"{(double)drawn.FullEvaluations / set.Count:0.0} without policies; {drawn.Seconds:0} s"));
    }

    private static string Steps(IReadOnlyList<SamplePlan> plans)
    {
        (int fewest, int most) = (plans.Min(plan => plan.Steps), plans.Max(plan => plan.Steps));
        return fewest == most ? $"{most}" : $"{fewest} to {most}";
    }

    private static void PrintPairs(IAnsiConsole console, IReadOnlyList<PairMeasure> pairs)
    {
        Table table = Figures.Table("pairs of pictures", ">mean", ">median", ">worst");
        foreach (PairMeasure measure in pairs)
        {
            if (measure.Summary is { } summary)
                table.Row(measure.Name, Text(summary.Mean), Text(summary.Median), Text(summary.Worst));
            else
                table.Row(measure.Name, "too small", "", "");

            string Text(double value) => value.ToString(measure.Format, CultureInfo.InvariantCulture);
        }

        console.Write(table);
    }

    private void WritePairs(Utf8JsonWriter json, IReadOnlyList<PairMeasure> pairs)
    {
        json.WriteStartObject();
        json.WriteStartArray("measures");
        foreach (PairMeasure measure in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key", measure.Key);
            json.WriteString("name", measure.Name);
            Number(json, "mean", measure.Summary?.Mean);
            Number(json, "median", measure.Summary?.Median);
            Number(json, "worst", measure.Summary?.Worst);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("pictures");
        for (int i = 0; i < Files.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("file", Files[i].Path);
            foreach (PairMeasure measure in pairs) Number(json, measure.Key, measure.Values[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, 6));
        else json.WriteNull(name);
    }
}
