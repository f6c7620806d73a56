namespace Rubato.Cli.Tests;

public sealed class TrainPromptsTests
{
    private const string Captions = "id\ttext\n0\ta storm over the sea\n1\tthe calm of a lake\n2\ta tree\n3\ta house\n4\ta hill\n";

    [Fact]
    public async Task A_run_writes_what_reads_prompts_byte_for_byte_again()
    {
        using var shell = Prepare();
        Outcome first = await TrainAsync(shell, "captions.tsv", "-o", "one", "--steps", "20", "--json");
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.Equal(20, first.Json.GetProperty("steps").GetInt32());
        Outcome second = await TrainAsync(shell, "captions.tsv", "-o", "two", "--steps", "20");
        Assert.Equal((0, ""), (second.Code, second.Error));
        Assert.Contains("steps         20\n", second.Out, StringComparison.Ordinal);
        foreach (string file in (string[])["config.json", "model.safetensors"])
            Assert.Equal(shell.Read($"one/{file}"), shell.Read($"two/{file}"));
        Outcome other = await TrainAsync(shell, "captions.tsv", "-o", "three", "--steps", "20", "--seed", "1");
        Assert.Equal(0, other.Code);
        Assert.NotEqual(shell.Read("one/model.safetensors"), shell.Read("three/model.safetensors"));
    }

    [Fact]
    public async Task Interrupted_it_writes_nothing()
    {
        using var shell = Prepare();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Outcome outcome = await shell.RunAsync(["train-prompts", shell.Of("captions.tsv"), "-o", shell.Of("out"), "--model", shell.Folder,
            "--steps", "10000000"], cancel.Token);
        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.False(Directory.Exists(shell.Of("out")));
    }

    [Theory]
    [InlineData(2, "no-output", "captions.tsv")]
    [InlineData(2, "no-steps", "captions.tsv", "-o", "out", "--steps", "0")]
    [InlineData(1, "no-captions", "nowhere.tsv", "-o", "out")]
    [InlineData(1, "no-clip", "captions.tsv", "-o", "out", "--clip", "nowhere.clip")]
    [InlineData(1, "no-table", "text/templates.txt", "-o", "out")]
    public async Task A_mistake_is_told_in_one_line(int code, string name, params string[] args)
    {
        using var shell = Prepare();
        Outcome outcome = await TrainAsync(shell, args);
        Assert.Equal((code, ""), (outcome.Code, outcome.Out));
        Assert.Equal(1, outcome.Error.Count(c => c == '\n'));
        Approved.Verify($"error-train-prompts-{name}", outcome.Error, shell.Folder);
    }

    /// <summary>A model's folder with words for the classes of the tiny model, and captions.</summary>
    private static Shell Prepare()
    {
        var shell = new Shell { Model = TinyModel.WithClasses };
        Directory.CreateDirectory(shell.Of("tokenizer"));
        Directory.CreateDirectory(shell.Of("text"));
        File.WriteAllText(shell.Of("tokenizer/merges.txt"), "#version: 0.2\nt h\nth e</w>\n");
        File.WriteAllText(shell.Of("text/lexicon.txt"), "[calm]\ncalm, lull\n[storm]\nstorm\n[none]\ntree\n[ambiguous]\n");
        File.WriteAllText(shell.Of("text/templates.txt"), "[templates]\n{a}\nthe {n}\n[adjectives]\nbig\n[none]\nhello\n");
        File.WriteAllText(shell.Of("captions.tsv"), Captions);
        return shell;
    }

    /// <summary>Runs with names of files and folders in the shell's folder.</summary>
    private static Task<Outcome> TrainAsync(Shell shell, params string[] args)
        => shell.RunAsync(["train-prompts", "--model", shell.Folder, .. args.Select(arg
            => arg.Contains('.', StringComparison.Ordinal) || arg is "one" or "two" or "three" or "out" ? shell.Of(arg) : arg)]);
}
