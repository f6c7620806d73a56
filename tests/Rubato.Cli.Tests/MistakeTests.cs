namespace Rubato.Cli.Tests;

public sealed class MistakeTests
{
    [Theory]
    [InlineData("unknown-command", "paint")]
    [InlineData("unknown-option", "generate", "--colour")]
    [InlineData("unknown-option-with-value", "generate", "--stepz", "3")]
    [InlineData("two-paths", "info", "a", "fox")]
    [InlineData("unknown-benchmark", "bench", "luck")]
    [InlineData("no-benchmark", "bench")]
    [InlineData("bench-samples-out-of-range", "bench", "adaptive-diffusion", "--samples", "8")]
    [InlineData("page-no-html", "bench", "adaptive-diffusion", "-o", "page.pdf")]
    [InlineData("no-value", "generate", "--steps")]
    [InlineData("empty-value", "generate", "--from", "")]
    [InlineData("empty-argument", "bench", "ac-diff", "")]
    [InlineData("steps-no-number", "generate", "--steps", "many")]
    [InlineData("steps-out-of-range", "generate", "--steps", "0")]
    [InlineData("count-out-of-range", "generate", "--count", "5000")]
    [InlineData("seed-out-of-range", "generate", "--seed", "-1")]
    [InlineData("guidance-out-of-range", "generate", "--guidance", "101")]
    [InlineData("noise-unknown", "generate", "--noise", "white")]
    [InlineData("precision-unknown", "generate", "--precision", "float16")]
    [InlineData("threads-out-of-range", "generate", "--threads", "0")]
    [InlineData("policy-unknown", "generate", "--policy", "hope")]
    [InlineData("policy-setting-unknown", "generate", "--policy", "adaptive-diffusion:patience=3")]
    [InlineData("policy-setting-out-of-range", "compare", "--policy", "adaptive-diffusion:threshold=-1")]
    [InlineData("policy-none-among-others", "generate", "--policy", "none", "--policy", "rescale")]
    [InlineData("solver-unknown", "generate", "--solver", "magic")]
    [InlineData("prompt-not-taken", "generate", "fox")]
    [InlineData("steps-beside-pictures", "evaluate", "pictures", "--steps", "9")]
    [InlineData("samples-beside-pictures", "evaluate", "pictures", "--samples", "10")]
    [InlineData("samples-out-of-range", "evaluate", "--samples", "1")]
    [InlineData("reference-without-pictures", "evaluate", "--reference", "pictures")]
    [InlineData("lpips-without-reference", "evaluate", "pictures", "--lpips", "alexnet.safetensors")]
    [InlineData("output-no-png", "generate", "-o", "out.jpg")]
    [InlineData("output-nowhere", "generate", "-o", "no/such/folder/out.png")]
    public async Task A_mistake_is_told_in_one_line_and_exits_with_2(string name, params string[] args)
    {
        using var shell = new Shell();
        Outcome outcome = args is ["paint"] or ["info" or "evaluate" or "bench", ..] or [.., "--steps"] ? await shell.RunAsync(args)
            : await shell.DrawAsync(args);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Code, outcome.Out));
        Assert.Equal(1, outcome.Error.Count(c => c == '\n'));
        Approved.Verify($"error-{name}", outcome.Error, shell.Folder);
        Assert.Empty(shell.Files);
    }

    [Fact]
    public async Task A_class_that_the_model_does_not_know_is_a_mistake()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        Outcome outcome = await shell.DrawAsync("generate", "fog\u001b[2J");
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Approved.Verify("error-class-unknown", outcome.Error, shell.Folder);
    }

    [Theory]
    [InlineData("a fog bank\u001b[2J")]
    [InlineData("7")]
    [InlineData("")]
    public async Task A_prompt_for_something_else_is_a_mistake(string prompt)
    {
        using var shell = new Shell { Model = TinyModel.Reading };
        Outcome outcome = await shell.DrawAsync("generate", "storm", prompt);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Code, outcome.Out));
        if (prompt.Length > 1) Approved.Verify("error-prompt-of-none", outcome.Error, shell.Folder);
        Assert.Empty(shell.Files);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_a_mistake()
    {
        using var shell = new Shell();
        Outcome outcome = await shell.RunAsync("generate", "--model", "no-such-model");
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Approved.Verify("error-model-missing", outcome.Error);
    }

    [Fact]
    public async Task A_damaged_model_fails_with_its_reason()
    {
        using var shell = new Shell();
        File.WriteAllBytes(shell.Of("model.safetensors"), [1, 2, 3]);
        Outcome outcome = await shell.RunAsync("info", shell.Of("model.safetensors"));
        Assert.Equal((ExitCode.Failure, ""), (outcome.Code, outcome.Out));
        Approved.Verify("error-damaged-model", outcome.Error, shell.Folder);
    }

    [Fact]
    public async Task A_file_that_is_no_picture_fails_with_its_reason()
    {
        using var shell = new Shell();
        File.WriteAllText(shell.Of("fox.png"), "GIF89a");
        Outcome outcome = await shell.DrawAsync("generate", "--from", shell.Of("fox.png"));
        Assert.Equal((ExitCode.Failure, ""), (outcome.Code, outcome.Out));
        Approved.Verify("error-no-picture", outcome.Error, shell.Folder);
    }

    [Fact]
    public async Task A_picture_of_somebody_else_cannot_be_drawn_again()
    {
        using var shell = new Shell();
        Imaging.Png.Write(shell.Of("photo.png"), new Imaging.Picture(2, 2, 3));
        Outcome outcome = await shell.DrawAsync("generate", "--from", shell.Of("photo.png"));
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Approved.Verify("error-no-record", outcome.Error, shell.Folder);
    }

    [Fact]
    public async Task A_file_that_is_missing_fails()
    {
        using var shell = new Shell();
        Outcome outcome = await shell.RunAsync("info", shell.Of("nothing.png"));
        Assert.Equal(ExitCode.Failure, outcome.Code);
        Approved.Verify("error-missing-file", outcome.Error, shell.Folder);
        Outcome drawn = await shell.DrawAsync("generate", "--from", shell.Of("nothing.png"));
        Assert.Equal((ExitCode.Failure, "", $"rubato: {shell.Of("nothing.png")}: there is no such file.\n"), (drawn.Code, drawn.Out, drawn.Error));
        Outcome folder = await shell.DrawAsync("generate", "--from", shell.Folder);
        Assert.Equal((ExitCode.Failure, "", $"rubato: {shell.Folder}: is a folder, not a file.\n"), (folder.Code, folder.Out, folder.Error));
        File.CreateSymbolicLink(shell.Of("link.png"), shell.Of("gone.png"));
        Outcome link = await shell.DrawAsync("generate", "--from", shell.Of("link.png"));
        Assert.Equal(ExitCode.Failure, link.Code);
        Assert.Contains("gone.png", link.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output", "train", ".", "-o")]
    [InlineData("--output", "train-prompts", "captions.tsv", "-o")]
    [InlineData("--cache", "bench", "solvers", "--quick", "--cache")]
    public async Task A_file_where_a_folder_is_written_is_a_mistake(string option, params string[] args)
    {
        using var shell = new Shell();
        File.WriteAllText(shell.Of("file"), "kept");
        Outcome outcome = await shell.RunAsync([.. args, shell.Of("file")]);
        Assert.Equal((ExitCode.Usage, "", $"rubato: {option} {shell.Of("file")} is a file; name a folder.\n"), (outcome.Code, outcome.Out, outcome.Error));
        Assert.Equal("kept", File.ReadAllText(shell.Of("file")));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_nothing_is_drawn()
    {
        if (!Directory.Exists("/proc")) return;   // a folder that takes no file, whoever asks
        using var shell = new Shell { Model = null! };   // opening it would fail
        Outcome outcome = await shell.RunAsync("generate", "--model", shell.Folder, "-o", "/proc/out.png");
        Assert.Equal((ExitCode.Usage, "", "rubato: --output /proc/out.png: no file can be written into that folder.\n"),
            (outcome.Code, outcome.Out, outcome.Error));
    }

    [Theory]
    [InlineData(2, "usage", "generate", "--steps", "0", "--json")]
    [InlineData(2, "usage", "--json", "generate", "--colour")]
    [InlineData(1, "file", "info", "/no/such/file", "--json")]
    public async Task With_json_an_error_is_one_object_too(int code, string kind, params string[] args)
    {
        using var shell = new Shell();
        Outcome outcome = await shell.RunAsync(args);
        Assert.Equal(code, outcome.Code);
        Assert.Equal(kind, outcome.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal(code, outcome.Json.GetProperty("error").GetProperty("exit_code").GetInt32());
        Assert.Equal($"rubato: {outcome.Json.GetProperty("error").GetProperty("message").GetString()}\n", outcome.Error);
    }

    [Fact]
    public async Task A_prompt_may_begin_with_an_at_sign()
    {
        using var shell = new Shell();
        // The model takes no prompt, and says so: a response file would be "not found".
        Assert.Contains("takes no prompt", (await shell.DrawAsync("generate", "@fox")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_is_a_line_without_a_stack()
    {
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        var app = new App(new Terminal(output, error)) { Load = (_, _) => throw new InvalidCastException("oh\u001b[0m") };
        int code = await app.RunAsync(["generate", "--model", Path.GetTempPath()]);
        Assert.Equal((1, "rubato: unexpected InvalidCastException: oh\\u001b[0m (RUBATO_DEBUG=1 shows where.)\n"),
            (code, error.ToString()));
    }
}
