using System.Globalization;
using System.Text.Json;
using Rubato.Training.Horizons;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>How well errors are foreseen by what horizons can be learned from, and whether the horizons help.</summary>
internal static class HorizonTable
{
    private const string None = "none";

    public static void Print(IAnsiConsole console, HorizonResult result)
    {
        Table table = Figures.Table([
            "horizons from", "shown", ">rank", ">p", ">misfit",
            .. HorizonScore.Budgets.SelectMany(budget => (string[])[string.Create(CultureInfo.InvariantCulture, $">{budget} steps"), ">dealt"]),
        ]);
        foreach (HorizonScore score in result.Scores)
        {
            table.Row([
                score.Inputs is null ? score.Source : "", Shown(score.Inputs), Decimals(score.Correlation), double.IsNaN(score.PValue) ? None : Figures.Chance(score.PValue).TrimStart('=', ' '),
                Decimals(score.Misfit), .. score.Checks.SelectMany(check => (string[])[Change(check.Error, check.Fixed), Change(check.Dealt, check.Fixed)]),
            ]);
        }

        console.Line("");
        console.Write(table);
        console.Line($"Rank correlation of foreseen and measured error of {result.Conditions} requests that were kept back; the model's own horizons are "
            + $"those from {result.Source}, shown both.");
        console.Line($"Changes of their mean error at so many steps in the mean, to as many for all ({FixedErrors(result)}); dealt: the same "
            + "horizons at random.");
    }

    public static void Write(Utf8JsonWriter json, HorizonResult result)
    {
        json.WriteStartObject("horizons");
        json.WriteString("source", result.Source);
        json.WriteNumber("conditions", result.Conditions);
        json.WriteStartArray("scores");
        foreach (HorizonScore score in result.Scores)
        {
            json.WriteStartObject();
            json.WriteString("source", score.Source);
            json.WriteString("shown", score.Inputs is { } inputs ? Shown(inputs) : null);
            Write(json, "correlation", score.Correlation);
            Write(json, "p", score.PValue);
            Write(json, "misfit", score.Misfit);
            json.WriteStartArray("checks");
            foreach (HorizonCheck check in score.Checks)
            {
                json.WriteStartObject();
                json.WriteNumber("budget", check.Budget);
                Write(json, "error", check.Error);
                Write(json, "fixed", check.Fixed);
                Write(json, "dealt", check.Dealt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Shown(HorizonInputs? inputs) => inputs?.ToString().ToLowerInvariant() ?? "";

    private static string FixedErrors(HorizonResult result) => string.Join(", ", result.Scores[0].Checks.Select(check
        => string.Create(CultureInfo.InvariantCulture, $"{check.Fixed:0.0000}")));

    private static string Decimals(double value) => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : None;

    private static string Change(double error, double to) => string.Create(CultureInfo.InvariantCulture, $"{100 * (error / to - 1):+0.0;-0.0;0.0} %");

    /// <summary>A number, or null where there is none: modules that answer all requests alike have no rank correlation.</summary>
    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, Math.Round(value, 6));
        else json.WriteNull(name);
    }
}
