using System.Text.Json;
using static Rubato.Benchmarks.BenchmarkJson;

namespace Rubato.Benchmarks;

/// <summary>A study of solvers as one JSON object.</summary>
internal static class SolverJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, SolverStudyResult result)
    {
        json.WriteStartObject();
        Head(json, "solvers", result.Origin);
        json.WriteNumber("guidance", result.Guidance);
        json.WriteString("schedule", result.Plan.Schedule);
        json.WriteString("reference", result.Plan.ReferenceName);
        json.WriteNumber("first_seed", SolverStudyPlan.FirstSeed);
        json.WriteNumber("samples", result.Plan.Samples);
        json.WriteNumber("first_distribution_seed", SolverStudyPlan.FirstDistributionSeed);
        json.WriteNumber("distribution_samples", result.Plan.DistributionSamples);
        Array(json, "summary", SolverSentences.Summary(result), json.WriteStringValue);
        Array(json, "ranking", result.Ranking, json.WriteStringValue);
        Array(json, "errors", result.Points.Concat(result.OtherSchedules), point => Write(json, point));
        Array(json, "adaptive", result.Adaptive, point => Write(json, point));
        json.WriteNumber("distribution_guidance", SolverStudyPlan.DistributionGuidance);
        json.WriteString("distribution_precision", result.PicturePrecision);
        Number(json, "distance_of_held_out_pictures", result.HeldOutDistance);
        Array(json, "distribution", result.Distribution, point => Write(json, point));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SolverPoint point)
    {
        json.WriteStartObject();
        json.WriteString("solver", point.Solver);
        json.WriteString("schedule", point.Schedule);
        json.WriteNumber("guidance", point.Guidance);
        json.WriteNumber("budget", point.Budget);
        json.WriteNumber("steps", point.Steps);
        json.WriteNumber("calls", point.Calls);
        json.WriteNumber("evaluations", point.Calls * (point.Guidance == 1 ? 1 : 2));
        Error(json, point.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AdaptivePoint point)
    {
        json.WriteStartObject();
        json.WriteString("solver", point.Solver);
        json.WriteNumber("steps", point.Steps);
        json.WriteNumber("threshold", point.Threshold);
        json.WriteNumber("full_calls", point.FullCalls);
        json.WriteNumber("calls", Math.Round(point.Calls, 4));
        Error(json, point.Error);
        Number(json, "error_without_at_as_many_calls", point.Plain);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DistributionPoint point)
    {
        json.WriteStartObject();
        json.WriteString("solver", point.Solver);
        json.WriteBoolean("stochastic", point.IsStochastic);
        json.WriteNumber("budget", point.Budget);
        json.WriteNumber("steps", point.Steps);
        json.WriteNumber("calls", point.Calls);
        Number(json, "frechet_distance", point.Frechet.Distance);
        Number(json, "frechet_distance_low", point.Frechet.Interval.Low);
        Number(json, "frechet_distance_high", point.Frechet.Interval.High);
        Number(json, "class_accuracy", point.Accuracy);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, Distribution? error)
    {
        Number(json, "error", error?.Mean);
        Number(json, "error_low", error?.MeanInterval.Low);
        Number(json, "error_high", error?.MeanInterval.High);
        Number(json, "psnr_of_error", error is { Mean: > 0 } ? SolverPoint.PsnrOf(error.Mean) : null);
    }
}
