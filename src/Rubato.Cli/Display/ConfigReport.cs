using System.Text.Json;
using Rubato.Checkpoints;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>A configuration file: its keys and values.</summary>
internal sealed class ConfigReport(string path, ModelConfig config) : IReport
{
    public void Print(IAnsiConsole console)
    {
        console.Fact("config", path);
        foreach (string key in config.Keys)
            console.Line($"  {key}: {config.Find(key)?.GetRawText() ?? "null"}");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "info");
        json.WriteString("kind", "config");
        json.WriteString("path", path);
        json.WriteStartObject("values");
        foreach (string key in config.Keys)
        {
            json.WritePropertyName(key);
            if (config.Find(key) is { } value) value.WriteTo(json);
            else json.WriteNullValue();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
