using System.Text.Json;
using Rubato.Sampling;

namespace Rubato.Pipelines;

/// <summary>A trace as JSON: totals, the layers in their order, and every evaluation point.</summary>
public static class TraceJson
{
    /// <summary>Writes an object. Seconds are left out: the same run must write the same bytes.</summary>
    public static void Write(Utf8JsonWriter json, Trace trace)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(trace);
        json.WriteStartObject();
        json.WriteNumber("evaluations", trace.Evaluations);
        json.WriteNumber("skipped", trace.Skipped);
        json.WriteStartArray("layers");
        foreach (string layer in trace.Layers) json.WriteStringValue(layer);
        json.WriteEndArray();
        json.WriteStartArray("points");
        foreach (TraceEntry entry in trace.Entries) Write(json, entry);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TraceEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("step", entry.Point.Step);
        if (entry.Point.Stage > 0) json.WriteNumber("stage", entry.Point.Stage);
        json.WriteNumber("time", entry.Point.Level.Time);
        json.WriteNumber("evaluations", entry.Evaluations);
        if (entry.Criteria.Count > 0)
        {
            json.WriteStartArray("criteria");
            foreach (Criterion criterion in entry.Criteria)
            {
                json.WriteStartObject();
                json.WriteString("name", criterion.Name);
                WriteNumber(json, "value", criterion.Value);
                WriteNumber(json, "threshold", criterion.Threshold);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>JSON has no infinities: they are written as text, as Python's float() reads them.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }
}
