using System.Text.Json;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Sampling;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>A picture: its size, the texts in it, and how to draw it again.</summary>
internal sealed class PictureReport(string path, Picture picture, GenerationRecord? record,
    IReadOnlyList<string> problems) : IReport
{
    private static readonly string[] Kinds = ["grey", "grey and alpha", "RGB", "RGB and alpha"];

    public void Print(IAnsiConsole console)
    {
        console.Fact("picture", path);
        console.Fact("size", $"{picture.Width} x {picture.Height}, {Kinds[picture.Channels - 1]}");
        foreach (PictureText text in picture.Texts)
        {
            // Our own text is long and is told in the facts below.
            if (record is not null && text.Keyword == PictureMetadata.RubatoKeyword) continue;
            foreach ((int i, string line) in text.Text.Trim().Split('\n').Index())
                console.Fact(i == 0 ? Printable.Escape(text.Keyword) : "", line);
        }

        if (record is not null)
        {
            console.Fact("model", $"{record.Model}, weights {record.WeightsHash[..Math.Min(10, record.WeightsHash.Length)]}");
            console.Fact("kernels", $"{record.Kernels}, {PrecisionNames.Of(record.Precision)}");
            foreach (IAdaptation policy in record.Options.Policies ?? []) console.Fact("policy", policy.Description);
            console.Fact("again", $"rubato generate --from {path}");
        }

        foreach (string problem in problems) console.Fact("problem", problem);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "info");
        json.WriteString("kind", "picture");
        json.WriteString("path", path);
        json.WriteNumber("width", picture.Width);
        json.WriteNumber("height", picture.Height);
        json.WriteNumber("channels", picture.Channels);
        json.WriteStartArray("texts");
        foreach (PictureText text in picture.Texts)
        {
            json.WriteStartObject();
            json.WriteString("keyword", text.Keyword);
            json.WriteString("text", text.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("can_be_drawn_again", record is not null);
        json.WriteStartArray("problems");
        foreach (string problem in problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
