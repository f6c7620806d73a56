using System.Globalization;
using System.Text.Json;
using Rubato.Benchmarks;
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
            .. HorizonScore.Budgets.SelectMany(budget => (string[])[$">{Figures.Number(budget)} steps", ">dealt"]),
        ]);
        foreach (HorizonScore score in result.Scores)
        {
            table.Row([
                score.Inputs is null ? score.Source : "", Shown(score.Inputs), Decimals(score.Correlation), Chance(score.PValue),
                Decimals(score.Misfit), .. score.Checks.SelectMany(Changes),
            ]);
        }

        string[] all = [.. result.Scores[0].Checks.Select(check => check.Fixed.ToString("0.0000", CultureInfo.InvariantCulture))];
        console.Line("");
        console.Write(table);
        console.Line($"Of {result.Conditions} requests that were kept back: rank correlation of foreseen and measured error, and how much");
        console.Line($"horizons change their mean error at so many steps in the mean, to as many for all ({string.Join(", ", all)});");
        console.Line("dealt: the same horizons at random. The first line of each is not learned but of these very requests.");
        console.Line($"The model has what was learned from {result.Source}, shown both.");
    }

    public static void Write(Utf8JsonWriter json, HorizonResult result)
    {
        json.WriteStartObject("horizons");
        json.WriteString("source", result.Source);
        json.WriteNumber("conditions", result.Conditions);
        BenchmarkJson.Array(json, "scores", result.Scores, score =>
        {
            json.WriteStartObject();
            json.WriteString("source", score.Source);
            json.WriteString("shown", score.Inputs is { } inputs ? Shown(inputs) : null);
            BenchmarkJson.Number(json, "correlation", score.Correlation);   // none where a module answers all requests alike
            BenchmarkJson.Number(json, "p", score.PValue);
            BenchmarkJson.Number(json, "misfit", score.Misfit);
            BenchmarkJson.Array(json, "checks", score.Checks, check =>
            {
                json.WriteStartObject();
                json.WriteNumber("budget", check.Budget);
                BenchmarkJson.Number(json, "error", check.Error);
                BenchmarkJson.Number(json, "fixed", check.Fixed);
                BenchmarkJson.Number(json, "dealt", check.Dealt);
                json.WriteEndObject();
            });
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static string Shown(HorizonInputs? inputs) => inputs?.ToString().ToLowerInvariant() ?? "";

    private static string Decimals(double value) => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : None;

    private static string Chance(double p) => double.IsNaN(p) ? None : Figures.Chance(p).TrimStart('=', ' ');

    private static string[] Changes(HorizonCheck check) => [Change(check.Error, check.Fixed), Change(check.Dealt, check.Fixed)];

    private static string Change(double error, double to)
        => string.Create(CultureInfo.InvariantCulture, $"{100 * (error / to - 1):+0.0;-0.0;0.0} %");
}
