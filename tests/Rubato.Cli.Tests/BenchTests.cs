using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rubato.Cli.Tests;

public sealed class BenchTests
{
    private static readonly Regex Numbers = new(@"(?<![a-z#0-9])[-+]?\d+(\.\d+)?(E[-+]?\d+)?", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    [Fact]
    public async Task The_page_and_its_numbers_read_as_approved()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        Outcome outcome = await BenchAsync(shell, "page.html");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(["page.html", "page.json"], shell.Files);
        string page = File.ReadAllText(shell.Of("page.html")), json = File.ReadAllText(shell.Of("page.json"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)\s*=|url\(|@import", page);   // nothing beside the page is needed
        using var file = JsonDocument.Parse(json);
        Assert.Equal(file.RootElement.GetRawText().Length, json.Trim().Length);
        Assert.Equal(outcome.Json.GetProperty("summary").GetRawText(), JsonSerializer.Serialize(file.RootElement.GetProperty("summary")));
        // What was measured is the business of the other tests; how it is told is approved, with every number as 0.
        Approved.Verify("bench-page", Stable(page));
        Approved.Verify("bench-json", Stable(json));
    }

    [Fact]
    public async Task An_interrupted_study_goes_on_and_ends_in_the_same_bytes()
    {
        using Shell shell = new() { Model = TinyModel.WithSolvers };
        await BenchAsync(shell, "whole.html");
        using var cancel = new CancellationTokenSource();
        using Shell broken = new() { Model = TinyModel.Interrupting(TinyModel.WithSolvers, cancel, after: 100) };
        Outcome outcome = await broken.RunAsync(Arguments(broken, "page.html"), cancel.Token);
        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains("goes on from the runs", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(broken.Files);

        // As a kill in the middle of writing a run leaves it.
        string runs = Assert.Single(Directory.GetFiles(broken.Of("page.cache")));
        using (FileStream file = File.OpenWrite(runs)) file.SetLength(file.Length - 7);
        Assert.Equal(0, (await AgainAsync(broken, TinyModel.WithSolvers)).Code);
        Assert.Equal(shell.Read("whole.html"), broken.Read("page.html"));
        Assert.Equal(shell.Read("whole.json"), broken.Read("page.json"));

        // All runs are there: a network that cannot be run is not missed.
        using var never = new CancellationTokenSource();
        File.Delete(broken.Of("page.html"));
        Assert.Equal(0, (await AgainAsync(broken, TinyModel.Interrupting(TinyModel.WithSolvers, never, after: 1))).Code);
        Assert.False(never.IsCancellationRequested);
        Assert.Equal(shell.Read("whole.html"), broken.Read("page.html"));
    }

    [Fact]
    public async Task Controls_have_the_mean_evaluations_of_what_they_control()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        JsonElement[] sections = [.. (await BenchAsync(shell, "page.html")).Json.GetProperty("sections").EnumerateArray()];
        Assert.Equal(["settings", "shares", "orders", "steps", "solvers", "noise", "unconditional", "guidance", "greedy"],
            sections.Select(section => section.GetProperty("id").GetString()));
        foreach (JsonElement section in sections)
        {
            foreach (IGrouping<string, JsonElement> group in section.GetProperty("points").EnumerateArray().GroupBy(point => point.GetProperty("group").GetString()!))
            {
                double want = group.First().GetProperty("evaluations").GetDouble();
                foreach (JsonElement control in group.Where(point => !point.GetProperty("adaptive").GetBoolean()))
                {
                    // Counts are whole for each of the samples, and cost two evaluations where there is guidance; masks that are
                    // held under adaptive guidance may switch it elsewhere.
                    double near = group.Key == "both" ? 0.2 * want : 2.0 / control.GetProperty("samples").GetInt32() + 1e-3;
                    Assert.Equal(want, control.GetProperty("evaluations").GetDouble(), near);
                    if (control.GetProperty("series").GetString() == "masks of others" && group.Key != "both")
                        Assert.Equal(want, control.GetProperty("evaluations").GetDouble(), 1e-3);
                }
            }
        }
    }

    [Fact]
    public async Task Without_json_the_budget_comes_first_and_two_sentences_last()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        Outcome outcome = await shell.RunAsync("bench", "adaptive-diffusion", "--quick", "--model", shell.Folder, "-o", shell.Of("page"));
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("rubato: about ", outcome.Error, StringComparison.Ordinal);
        string[] lines = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("Skipping by the third-order criterion at ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("page.html shows all.", lines[2], StringComparison.Ordinal);
    }

    private static Task<Outcome> BenchAsync(Shell shell, string page) => shell.RunAsync(Arguments(shell, page));

    private static async Task<Outcome> AgainAsync(Shell shell, Pipelines.Diffuser model)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = await new App(new Terminal(output, error)) { Load = (_, _) => new RubatoModel(model) }.RunAsync(Arguments(shell, "page.html"));
        return new Outcome(code, output.ToString(), error.ToString());
    }

    private static string[] Arguments(Shell shell, string page)
        => ["bench", "adaptive-diffusion", "--quick", "--model", shell.Folder, "--json", "-o", shell.Of(page)];

    private static string Stable(string text) => Numbers.Replace(text, "0")
        .Replace($"kernels {Tensors.Kernels.KernelSet.Current.Name}", "kernels KERNELS", StringComparison.Ordinal)
        .Replace($"\"{Tensors.Kernels.KernelSet.Current.Name}\"", "\"KERNELS\"", StringComparison.Ordinal);
}
