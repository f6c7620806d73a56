using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rubato.Cli.Tests;

public sealed class SolversBenchTests
{
    private static readonly Regex Hours = new(@"took [\d.]+ hours|""hours"": [\d.]+", RegexOptions.None, TimeSpan.FromSeconds(5));

    [Fact]
    public async Task The_page_shows_every_section_and_needs_nothing_beside_it()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifarWithSolvers };
        Outcome outcome = await shell.RunAsync(Arguments(shell, "page.html"));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(["page.html", "page.json", "page.svg"], shell.Files);
        string plot = File.ReadAllText(shell.Of("page.svg"));
        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"", plot, StringComparison.Ordinal);
        Assert.All(["ddim", "heun", "dpmpp_2m", "uni_pc"], solver => Assert.Contains($">{solver}</text>", plot, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"(src|href)\s*=|url\(|@import|NaN", plot);
        string page = File.ReadAllText(shell.Of("page.html"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)\s*=|url\(|@import", page);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.All(["errors-1", "errors-2", "schedules", "adaptive", "distribution"],
            id => Assert.Contains($"<h2 id=\"{id}\">", page, StringComparison.Ordinal));
        Assert.Equal(3, page.Split("<svg").Length - 1);
        using var file = JsonDocument.Parse(File.ReadAllText(shell.Of("page.json")));
        Assert.Equal(JsonSerializer.Serialize(outcome.Json), JsonSerializer.Serialize(file.RootElement));
    }

    [Fact]
    public async Task Errors_fall_with_the_budget_and_no_budget_is_exceeded()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        JsonElement json = (await shell.RunAsync(Arguments(shell, "page.html"))).Json;
        JsonElement[] errors = [.. json.GetProperty("errors").EnumerateArray()];
        Assert.All(errors, point => Assert.InRange(point.GetProperty("calls").GetInt32(), 1, point.GetProperty("budget").GetInt32()));
        Assert.All(errors, point => Assert.Equal(point.GetProperty("calls").GetInt32() * point.GetProperty("guidance").GetInt32(),
            point.GetProperty("evaluations").GetInt32()));   // w is 1 or 2 here
        IEnumerable<IGrouping<string, double>> lines = errors.GroupBy(
            point => $"{point.GetProperty("solver")} {point.GetProperty("schedule")} {point.GetProperty("guidance")}",
            point => point.GetProperty("error").GetDouble());
        Assert.Equal(2 * 4 + 1, lines.Count());   // the other grid with guidance alone
        // Heun is bad at steps as long as the first of linspace.
        Assert.All(lines.Where(line => !line.Key.StartsWith("heun", StringComparison.Ordinal)),
            line => Assert.True(line.Last() < line.First(), $"{line.Key}: {string.Join(' ', line)}"));
        // Its pictures are no pictures of CIFAR-10, and nobody asked.
        Assert.Equal(0, json.GetProperty("distribution").GetArrayLength());
    }

    [Fact]
    public async Task What_was_interrupted_goes_on_and_ends_in_the_same_page()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        await shell.RunAsync(Arguments(shell, "page.html"));
        using var cancel = new CancellationTokenSource();
        using var broken = new Shell { Model = TinyModel.Interrupting(TinyModel.WithSolvers, cancel, after: 150) };
        Outcome outcome = await broken.RunAsync(Arguments(broken, "page.html"), cancel.Token);
        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains("goes on from the runs", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await AgainAsync(broken, TinyModel.WithSolvers)).Code);
        Assert.Equal(WithoutHours(shell, "page.html"), WithoutHours(broken, "page.html"));
        Assert.Equal(WithoutHours(shell, "page.json"), WithoutHours(broken, "page.json"));

        // All runs are there: the network is not missed, and the hours are those of the runs.
        byte[] page = broken.Read("page.html");
        using var never = new CancellationTokenSource();
        Assert.Equal(0, (await AgainAsync(broken, TinyModel.Interrupting(TinyModel.WithSolvers, never, after: 1))).Code);
        Assert.False(never.IsCancellationRequested);
        Assert.Equal(page, broken.Read("page.html"));
    }

    [Fact]
    public async Task One_section_can_be_asked_for()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        Outcome outcome = await shell.RunAsync([.. Arguments(shell, "page.html"), "--sections", "adaptive", "--schedule", "karras"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(0, outcome.Json.GetProperty("errors").GetArrayLength());
        Assert.Equal(2, outcome.Json.GetProperty("adaptive").GetArrayLength());
        outcome = await shell.RunAsync([.. Arguments(shell, "page.html"), "--sections", "distribution"]);
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("only pictures of 32 x 32 pixels", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distributions_by_themselves_need_no_errors()
    {
        using var shell = new Shell { Model = TinyModel.LikeCifarWithSolvers };
        Outcome outcome = await shell.RunAsync([.. Arguments(shell, "page.html"), "--sections", "distribution"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(0, outcome.Json.GetProperty("ranking").GetArrayLength());
        JsonElement[] points = [.. outcome.Json.GetProperty("distribution").EnumerateArray()];
        Assert.Equal(2 * 2, points.Length);
        Assert.All(points, point => Assert.True(point.GetProperty("frechet_distance").GetDouble() > 0));
        string page = File.ReadAllText(shell.Of("page.html"));
        Assert.DoesNotContain("Errors are taken on", page, StringComparison.Ordinal);
        Assert.Equal(1, page.Split("<svg").Length - 1);
        Assert.Contains(">dpmpp_2m_sde</text>", File.ReadAllText(shell.Of("page.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_comes_first()
    {
        using var shell = new Shell { Model = TinyModel.WithSolvers };
        Outcome outcome = await shell.RunAsync("bench", "solvers", "--quick", "--model", shell.Folder, "-o", shell.Of("page"));
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("rubato: about ", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("page.html shows all.\n", outcome.Out, StringComparison.Ordinal);
    }

    private static async Task<Outcome> AgainAsync(Shell shell, Pipelines.Diffuser model)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = await new App(new Terminal(output, error)) { Load = (_, _) => new RubatoModel(model) }.RunAsync(Arguments(shell, "page.html"));
        return new Outcome(code, output.ToString(), error.ToString());
    }

    private static string WithoutHours(Shell shell, string file) => Hours.Replace(File.ReadAllText(shell.Of(file)), "");

    private static string[] Arguments(Shell shell, string page)
        => ["bench", "solvers", "--quick", "--model", shell.Folder, "--json", "-o", shell.Of(page)];
}
