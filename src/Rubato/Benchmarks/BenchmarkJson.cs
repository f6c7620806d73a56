using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Tensors.Kernels;

namespace Rubato.Benchmarks;

/// <summary>What the JSON of several benchmarks has in common.</summary>
internal static class BenchmarkJson
{
    /// <summary>Digits after the point.</summary>
    public const int Digits = 8;

    /// <summary>Which benchmark it is, and what was measured on what.</summary>
    public static void Head(Utf8JsonWriter json, string benchmark, StudyOrigin origin)
    {
        json.WriteString("benchmark", benchmark);
        json.WriteString("command", $"rubato bench {benchmark}");
        json.WriteString("version", GenerationRecord.Version);
        json.WriteStartObject("model");
        json.WriteString("name", origin.Model);
        json.WriteString("weights_sha256", origin.WeightsHash);
        json.WriteEndObject();
        json.WriteString("kernels", KernelSet.Current.Name);
        json.WriteString("precision", origin.Precision);
        json.WriteString("processor", Machine.Processor);
        json.WriteNumber("hours", Math.Round(origin.Seconds / 3600, 3));
    }

    /// <summary>A number; null where there is none.</summary>
    public static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, Math.Round(number, Digits));
        else json.WriteNull(name);
    }

    /// <summary>A list.</summary>
    public static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items) write(item);
        json.WriteEndArray();
    }
}
