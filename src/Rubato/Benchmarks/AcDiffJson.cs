using System.Text.Json;
using static Rubato.Benchmarks.BenchmarkJson;

namespace Rubato.Benchmarks;

/// <summary>The study of AC-Diff as one JSON object.</summary>
internal static class AcDiffJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, AcDiffResult result)
    {
        json.WriteStartObject();
        Head(json, "ac-diff", result.Origin);
        json.WriteNumber("conditions_that_horizons_were_fitted_to", result.Fitted);
        json.WriteNumber("samples", result.Plan.Samples);
        json.WriteNumber("distribution_samples", result.Plan.DistributionSamples);
        json.WriteNumber("guided_samples", result.Plan.GuidedSamples);
        json.WriteNumber("ablation_samples", result.Plan.AblationSamples);
        json.WriteNumber("full_steps", result.Plan.FullSteps);
        Array(json, "summary", AcDiffSentences.Summary(result), json.WriteStringValue);
        IReadOnlyList<AcDiffErrorPoint> hardest = AcDiffComparison.Hardest(result.Errors);
        Array(json, "errors", result.Errors.Zip(hardest), point => Write(json, point.First, point.Second));
        Array(json, "differences_of_errors", AcDiffComparison.Of(result.Errors), difference => Write(json, difference));
        Array(json, "differences_of_hardest_tenth", AcDiffComparison.Of(hardest), difference => Write(json, difference));
        Number(json, "distance_of_held_out_pictures", result.HeldOutDistance);
        Array(json, "pictures", result.Pictures, point => Write(json, point));
        Array(json, "differences_of_pictures", AcDiffComparison.Of(result.Pictures), difference => Write(json, difference));
        Array(json, "conditions_in_reverse_alone", result.Reverse, point => Write(json, point));
        Array(json, "choice_of_guidance", result.Choice, point => Write(json, point));
        Array(json, "guided", result.Guided, point => Write(json, point));
        Array(json, "differences_of_guided", AcDiffComparison.Of(result.Guided), difference => Write(json, difference));
        Array(json, "ablations", result.Ablations, point => Write(json, point));
        Array(json, "differences_of_ablations", AcDiffComparison.Of(result.Ablations), difference => Write(json, difference));
        Array(json, "horizons", result.Horizons, point => Write(json, point, result.Classes));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AcDiffErrorPoint point, AcDiffErrorPoint? hardest = null)
    {
        json.WriteStartObject();
        Row(json, point.Row, point.Budget, point.Steps);
        Range(json, "error", point.Error.Mean, point.Error.MeanInterval);
        if (hardest is not null) Range(json, "error_of_hardest_tenth", hardest.Error.Mean, hardest.Error.MeanInterval);
        Number(json, "seconds", point.Seconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AcDiffDifference difference)
    {
        json.WriteStartObject();
        json.WriteString("first", difference.First.Id);
        json.WriteString("second", difference.Second.Id);
        json.WriteNumber("budget", difference.Budget);
        Range(json, "difference", difference.Mean, difference.Interval);
        Number(json, "of", difference.Of);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AcDiffPicturePoint point)
    {
        json.WriteStartObject();
        Row(json, point.Row, point.Budget, point.Steps);
        json.WriteString("with", point.With);
        json.WriteNumber("guidance", point.Guidance);
        Number(json, "evaluations", point.Evaluations);
        Range(json, "frechet_distance", point.Figures.Frechet.Distance, point.Figures.Frechet.Interval);
        Number(json, "class_accuracy", point.Figures.Accuracy);
        Range(json, "edge_f1", point.Figures.EdgeF1.Mean, point.Figures.EdgeF1.MeanInterval);
        Range(json, "cosine_to_source", point.Figures.Cosine.Mean, point.Figures.Cosine.MeanInterval);
        Number(json, "seconds", point.Seconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AcDiffHorizonPoint point, IReadOnlyList<string> classes)
    {
        json.WriteStartObject();
        json.WriteNumber("budget", point.Budget);
        Number(json, "mean_by_own_rule", point.Shipped);
        Array(json, "steps", point.Steps, json.WriteNumberValue);
        json.WriteStartObject("mean_by_class");
        foreach ((string name, int[] steps) in classes.Zip(point.ByClass)) Number(json, name, steps is [] ? double.NaN : steps.Average());
        json.WriteEndObject();
        Array(json, "mean_by_quarter_of_edge_density", point.ByDensity, steps => json.WriteNumberValue(Math.Round(steps.Average(), Digits)));
        Number(json, "correlation_with_edge_density", point.EdgeDensity.Correlation);
        Number(json, "p_value_of_edge_density", point.EdgeDensity.PValue);
        json.WriteNumber("steps_of_errors", point.Rung);
        Number(json, "correlation_of_foreseen_error", point.Foreseen.Correlation);
        Number(json, "p_value_of_foreseen_error", point.Foreseen.PValue);
        Number(json, "correlation_of_errors_between_noises", point.BetweenNoises.Correlation);
        Number(json, "p_value_between_noises", point.BetweenNoises.PValue);
        json.WriteEndObject();
    }

    private static void Row(Utf8JsonWriter json, AcDiffRow row, int budget, int[] steps)
    {
        json.WriteString("row", row.Id);
        json.WriteString("name", row.Name);
        json.WriteString("solver", row.Solver);
        json.WriteString("schedule", row.Schedule);
        json.WriteString("horizons", row.Horizons.ToString().ToLowerInvariant());
        json.WriteNumber("budget", budget);
        Number(json, "steps", steps.Average());
    }

    private static void Range(Utf8JsonWriter json, string name, double value, Interval interval)
    {
        Number(json, name, value);
        Number(json, $"{name}_low", interval.Low);
        Number(json, $"{name}_high", interval.High);
    }
}
