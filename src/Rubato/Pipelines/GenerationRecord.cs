using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Kernels;

namespace Rubato.Pipelines;

/// <summary>
/// How a picture was made, as JSON: enough to draw it again, and the trace. What is read back gets the checks that the
/// command line gets; the model is named, never looked for.
/// </summary>
public sealed record GenerationRecord
{
    private const int SchemaVersion = 1;

    /// <summary>What was asked for.</summary>
    public required GenerationOptions Options { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The kernel set it was drawn with; sets of one family give the same bits.</summary>
    public required string Kernels { get; init; }

    /// <summary>What its network's large products were computed in.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The version of this library.</summary>
    public static string Version { get; } = typeof(GenerationRecord).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The text chunks of a picture.</summary>
    internal static IReadOnlyList<PictureText> Texts(GenerationOptions options, Diffuser parts, Picture picture, Trace trace)
    {
        var parameters = new InfoText(options.Prompts is [string prompt] ? prompt : "", "",
        [
            new("Steps", Invariant(options.Steps ?? parts.DefaultSteps)),
            new("Sampler", options.Solver ?? ""),
            .. options.Schedule is { } schedule ? new[] { KeyValuePair.Create("Schedule type", schedule) } : [],
            new("CFG scale", Invariant(options.GuidanceScale ?? 1)),
            new("Seed", Invariant(options.Seed)),
            new("Size", $"{picture.Width}x{picture.Height}"),
            new("Model hash", parts.WeightsHash[..10]),
            new("Model", parts.Name),
            new("Evaluations", Invariant(trace.Evaluations)),
            new("Version", $"rubato {Version}"),
        ]);
        return PictureMetadata.Texts(parameters, Write(options, parts, trace));
    }

    /// <summary>Reads the record of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>Null where the picture has none.</returns>
    /// <exception cref="PictureException">The record is there and does not hold what it should.</exception>
    public static GenerationRecord? Read(Picture picture, string name)
    {
        if (PictureMetadata.Rubato(picture, name) is not { } json) return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException or JsonException)
        {
            throw new PictureException(name, chunk: null, $"has a record that does not hold: {Printable.Escape(wrong.Message)}",
                "a picture drawn by rubato can be drawn again");
        }
    }

    private static GenerationRecord Read(JsonElement json)
    {
        int schema = json.GetProperty("schema").GetInt32();
        if (schema != SchemaVersion) throw new FormatException($"schema {schema} is not known, only {SchemaVersion}");
        return new GenerationRecord
        {
            Model = json.GetProperty("model").GetString() ?? "",
            WeightsHash = json.GetProperty("weights_sha256").GetString() ?? "",
            Kernels = json.GetProperty("kernels").GetString() ?? "",
            Precision = PrecisionNames.ByName.TryGetValue(json.GetProperty("precision").GetString() ?? "", out Precision precision)
                ? precision : throw new FormatException("precision names none that is known"),
            Options = new GenerationOptions
            {
                Prompts = json.GetProperty("prompt").GetString() is { } prompt ? [prompt] : [],
                Structure = json.TryGetProperty("structure", out JsonElement structure)
                    ? Structure.Parse(structure.GetString() ?? "") : null,
                Seed = json.GetProperty("seed").GetInt64(),
                Steps = json.GetProperty("steps").GetInt32(),
                Solver = json.GetProperty("solver").GetString(),
                Schedule = json.TryGetProperty("schedule", out JsonElement schedule) ? schedule.GetString() : null,
                GuidanceScale = json.GetProperty("guidance_scale").GetDouble(),
                Policies = [.. json.GetProperty("policies").EnumerateArray().Select(text => Adaptations.Parse(text.GetString() ?? ""))],
                Noise = Enum.TryParse(json.GetProperty("noise").GetString(), out NoiseKind noise) && Enum.IsDefined(noise)
                    ? noise : throw new FormatException("noise names no generator"),
            },
        };
    }

    private static string Write(GenerationOptions options, Diffuser parts, Trace trace)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", SchemaVersion);
            json.WriteString("version", Version);
            json.WriteString("model", parts.Name);
            json.WriteString("weights_sha256", parts.WeightsHash);
            json.WriteString("kernels", KernelSet.Current.Name);
            json.WriteString("precision", PrecisionNames.Of(parts.Precision));
            json.WriteString("prompt", options.Prompts is [string prompt] ? prompt : null);
            if (options.Structure is not null) json.WriteString("structure", options.Structure.ToString());
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("steps", options.Steps ?? parts.DefaultSteps);
            json.WriteString("solver", options.Solver);
            if (options.Schedule is not null) json.WriteString("schedule", options.Schedule);
            json.WriteNumber("guidance_scale", options.GuidanceScale ?? 1);
            json.WriteString("noise", options.Noise.ToString());
            json.WriteStartArray("policies");
            foreach (IAdaptation policy in options.Policies ?? parts.DefaultPolicies) json.WriteStringValue(policy.Description);
            json.WriteEndArray();
            json.WritePropertyName("trace");
            TraceJson.Write(json, trace);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Invariant(IFormattable value) => value.ToString(format: null, CultureInfo.InvariantCulture);
}
