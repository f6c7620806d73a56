using System.Text.Json;
using Rubato.Checkpoints;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>A safetensors file, or an index with its files.</summary>
internal sealed class CheckpointReport(string path, CheckpointSummary summary) : IReport
{
    public void Print(IAnsiConsole console)
    {
        console.Fact("checkpoint", path);
        PrintSummary(console, summary);
        Table largest = Figures.Table("largest tensors", "dtype", "shape", ">elements", ">size");
        foreach (StoredTensor tensor in summary.Largest)
        {
            largest.Row(tensor.Name, tensor.DType.ToString(), $"[{string.Join(", ", tensor.Shape)}]",
                Figures.Number(tensor.ElementCount), Figures.Bytes(tensor.ByteCount));
        }

        console.Write(largest);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "info");
        json.WriteString("kind", "checkpoint");
        json.WriteString("path", path);
        WriteSummary(json, summary);
        json.WriteEndObject();
    }

    /// <summary>Counts, element types and notes of a checkpoint.</summary>
    public static void PrintSummary(IAnsiConsole console, CheckpointSummary summary)
    {
        console.Fact("tensors", Figures.Number(summary.Tensors));
        console.Fact("parameters", Figures.Number(summary.Parameters));
        console.Fact("size", $"{Figures.Bytes(summary.Bytes)} in {summary.Files.Count} file{(summary.Files.Count == 1 ? "" : "s")}");
        foreach (DTypeShare share in summary.ByDType)
            console.Fact(share.DType.ToString(), $"{Figures.Number(share.Elements)} elements in {Figures.Number(share.Tensors)} tensor{(share.Tensors == 1 ? "" : "s")}");
        foreach ((string key, string value) in summary.Metadata) console.Fact("note", $"{key}: {value}");
    }

    /// <summary>The members of an object.</summary>
    public static void WriteSummary(Utf8JsonWriter json, CheckpointSummary summary)
    {
        json.WriteNumber("tensors", summary.Tensors);
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("bytes", summary.Bytes);
        json.WriteStartArray("files");
        foreach (string file in summary.Files) json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteStartArray("dtypes");
        foreach (DTypeShare share in summary.ByDType)
        {
            json.WriteStartObject();
            json.WriteString("dtype", share.DType.ToString());
            json.WriteNumber("tensors", share.Tensors);
            json.WriteNumber("elements", share.Elements);
            json.WriteNumber("bytes", share.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("largest");
        foreach (StoredTensor tensor in summary.Largest)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.DType.ToString());
            json.WriteStartArray("shape");
            foreach (long dimension in tensor.Shape) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteNumber("bytes", tensor.ByteCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in summary.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
