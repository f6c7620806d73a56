using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Tests;

namespace Rubato.Cli.Tests;

public sealed class AcDiffBenchTests
{
    [Fact]
    public async Task The_page_shows_every_section_and_needs_nothing_beside_it()
    {
        using var shell = new Shell { Model = Load() };
        Outcome outcome = await shell.RunAsync([.. Arguments(shell, 60), "--quick"]);
        Assert.True(outcome.Code == 0 && outcome.Error.Length == 0, outcome.Error);
        Assert.Equal(["page.html", "page.json", "page.svg"], shell.Files);
        string page = File.ReadAllText(shell.Of("page.html"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)\s*=|url\(|@import", page);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.All(["paper", "errors", "hardest", "pictures", "reverse", "horizons", "guided", "differences"],
            id => Assert.Contains($"<h2 id=\"{id}\">", page, StringComparison.Ordinal));
        Assert.Contains("<td>47.2681<small>cited</small></td>", page, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(File.ReadAllText(shell.Of("page.json")));
        Assert.Equal(JsonSerializer.Serialize(outcome.Json), JsonSerializer.Serialize(file.RootElement));
    }

    [Fact]
    public async Task What_was_interrupted_goes_on_and_a_section_can_be_asked_for()
    {
        Diffuser model = Load();
        using var cancel = new CancellationTokenSource();
        using var shell = new Shell { Model = TinyModel.Interrupting(model, cancel, after: 30) };
        string[] arguments = [.. Arguments(shell, 40), "--quick", "--sections", "horizons,errors", "--budgets", "6"];
        Outcome outcome = await shell.RunAsync(arguments, cancel.Token);
        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains("goes on from the runs", outcome.Error, StringComparison.Ordinal);
        outcome = await AgainAsync(model);
        Assert.Equal(0, outcome.Code);
        Assert.Equal(0, outcome.Json.GetProperty("pictures").GetArrayLength());
        Assert.Equal(7, outcome.Json.GetProperty("errors").GetArrayLength());

        // All runs are there: the network is not missed.
        using var never = new CancellationTokenSource();
        Assert.Equal(outcome, await AgainAsync(TinyModel.Interrupting(model, never, after: 1)));
        Assert.False(never.IsCancellationRequested);

        async Task<Outcome> AgainAsync(Diffuser parts)
        {
            using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
            int code = await new App(new Terminal(output, error)) { Load = (_, _) => new RubatoModel(parts) }.RunAsync(arguments);
            return new Outcome(code, output.ToString(), error.ToString());
        }
    }

    [Fact]
    public async Task Mistakes_are_told()
    {
        using var shell = new Shell { Model = Load() };
        await Says("no such folder; it must hold the binary files of CIFAR-10", shell.Of("nowhere"));
        await Says("data_batch_1.bin to data_batch_5.bin", shell.Folder);
        await Says("must be of errors, distributions, reverse, guided, horizons, ablations", shell.Folder, "--sections", "luck");
        await Says("must be whole numbers from 4 to 1000", shell.Folder, "--budgets", "10,2");
        await Says("2250 others are needed", HorizonModelFolder.WritePictures(shell.Of("few"), 20));
        using var without = new Shell { Model = Load(horizons: false) };
        Outcome outcome = await without.RunAsync(Arguments(without, 20));
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("model estimates no horizons from classes and edges", outcome.Error, StringComparison.Ordinal);

        async Task Says(string what, params string[] args)
        {
            Outcome outcome = await shell.RunAsync(["bench", "ac-diff", .. args, "--model", shell.Folder, "-o", shell.Of("page.html")]);
            Assert.NotEqual(0, outcome.Code);
            Assert.Contains(what, outcome.Error, StringComparison.Ordinal);
        }
    }

    private static string[] Arguments(Shell shell, int pictures) =>
    [
        "bench", "ac-diff", HorizonModelFolder.WritePictures(shell.Of("pictures"), pictures), "--model", shell.Folder, "--json",
        "-o", shell.Of("page.html"),
    ];

    private static Diffuser Load(bool horizons = true)
    {
        string folder = Directory.CreateTempSubdirectory("rubato-model-").FullName;
        try
        {
            return DiffuserFolder.Load(HorizonModelFolder.Write(Path.Combine(folder, "model"), Shell.Repository, horizons));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
