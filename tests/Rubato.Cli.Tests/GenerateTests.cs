using System.Text.Json;
using Rubato.Imaging;
using Rubato.Tensors;
using Rubato.Tensors.Threads;

namespace Rubato.Cli.Tests;

public sealed class GenerateTests
{
    [Fact]
    public async Task Eight_samples_equal_eight_single_runs_bit_for_bit()
    {
        using var shell = new Shell();
        Outcome together = await shell.DrawAsync("generate", "--count", "8", "--seed", "5", "--steps", "20");
        Assert.Equal(0, together.Code);
        for (int seed = 5; seed < 13; seed++)
        {
            Outcome alone = await shell.DrawAsync("generate", "-n", "1", "-s", $"{seed}", "--steps", "20", "-o",
                shell.Of("alone.png"));
            Assert.Equal(0, alone.Code);
            Assert.Equal(shell.Read($"out-seed-{seed}.png"), shell.Read("alone.png"));
        }
    }

    [Fact]
    public async Task The_grid_holds_the_pictures()
    {
        using var shell = new Shell();
        await shell.DrawAsync("generate", "--count", "3", "--steps", "5");
        Assert.Equal(["out-seed-1.png", "out-seed-2.png", "out-seed-3.png", "out.png"], shell.Files);
        Picture grid = Png.Read(shell.Of("out.png")), third = Png.Read(shell.Of("out-seed-3.png"));
        // Two by two, eight pixels to one of the samples', four between; the third lies at the left, below.
        Assert.Equal((2 * 96 + 12, 2 * 96 + 12), (grid.Width, grid.Height));
        for (int y = 0; y < 96; y++)
            for (int x = 0; x < 96; x++) Assert.Equal(third.At(x / 8, y / 8)[0], grid.At(4 + x, 104 + y)[0]);
    }

    [Fact]
    public async Task Policies_spare_evaluations_and_none_spares_nothing()
    {
        using var shell = new Shell();
        JsonElement adapted = (await shell.DrawAsync("generate", "-n", "2", "--json")).Json.GetProperty("totals");
        JsonElement full = (await shell.DrawAsync("generate", "-n", "2", "--json", "--policy",
            "none")).Json.GetProperty("totals");
        Assert.Equal((100, 100), (full.GetProperty("evaluations").GetInt32(),
            full.GetProperty("full_evaluations").GetInt32()));
        Assert.Equal(100, adapted.GetProperty("full_evaluations").GetInt32());
        Assert.InRange(adapted.GetProperty("evaluations").GetInt32(), 10, 99);
    }

    [Fact]
    public async Task A_picture_is_drawn_again_bit_for_bit()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        Outcome first = await shell.DrawAsync("generate", "storm", "--count", "2", "--seed", "40", "--steps", "12",
            "--guidance", "3",
            "--noise", "torch-cpu", "--policy", "adaptive-diffusion:threshold=0.2,limit=strict", "--policy", "rescale");
        Assert.Equal((0, ""), (first.Code, string.Concat(first.Error.Split('\n').Where(line
            => line.Contains("warning", StringComparison.Ordinal)))));
        Outcome again = await shell.DrawAsync("generate", "--from", shell.Of("out-storm-seed-41.png"), "-o",
            shell.Of("again.png"), "--json");
        Assert.Equal((0, ""), (again.Code, again.Error));
        Assert.Equal(shell.Read("out-storm-seed-41.png"), shell.Read("again.png"));
        Assert.Equal(0, again.Json.GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public async Task Without_a_prompt_a_model_of_classes_draws_one_picture_of_each()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        Outcome outcome = await shell.DrawAsync("generate", "--seed", "0", "--steps", "5", "--json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(["out-calm-seed-0.png", "out-storm-seed-0.png", "out.png"], shell.Files);
        Assert.Equal(["calm", "storm"], outcome.Json.GetProperty("samples").EnumerateArray().Select(sample
            => sample.GetProperty("prompt").GetString()));
        Assert.Equal(["calm", "storm"], outcome.Json.GetProperty("options").GetProperty("prompts").EnumerateArray().Select(prompt
            => prompt.GetString()));
    }

    [Fact]
    public async Task A_prompt_in_words_draws_its_class_and_stays_what_was_typed()
    {
        using var shell = new Shell { Model = TinyModel.Reading };
        const string Prompt = " A storm at sea, \"naïve art\" ";
        Outcome words = await shell.DrawAsync("generate", Prompt, "--count", "2", "--steps", "5", "--json");
        await shell.DrawAsync("generate", "storm", "--count", "2", "--steps", "5");
        Assert.Equal(0, words.Code);
        Assert.Equal(Prompt, words.Json.GetProperty("samples")[1].GetProperty("prompt").GetString());
        string drawn = "out-A-storm-at-sea-na-ve-art-seed-2.png";
        Assert.Equal(Png.Read(shell.Of("out-storm-seed-2.png")).Pixels, Png.Read(shell.Of(drawn)).Pixels);

        Outcome again = await shell.DrawAsync("generate", "--from", shell.Of(drawn), "-o", shell.Of("again.png"), "--json");
        Assert.Equal((0, ""), (again.Code, again.Json.GetProperty("warnings").GetRawText()[2..]));
        Assert.Equal(shell.Read(drawn), shell.Read("again.png"));
    }

    [Theory]
    [InlineData("storm!|storm?|a storm", "out-1-storm", "out-2-storm", "out-3-a-storm")]
    [InlineData("a storm|A storm", "out-1-a-storm", "out-2-A-storm")]
    [InlineData("../storm|/etc/calm|calm", "out-calm", "out-etc-calm", "out-storm")]
    [InlineData("嵐 storm 嵐|storm2", "out-storm", "out-storm2")]
    public async Task Every_prompt_has_files_of_its_own_in_the_folder(string prompts, params string[] files)
    {
        using var shell = new Shell { Model = TinyModel.Reading };
        Outcome outcome = await shell.DrawAsync(["generate", .. prompts.Split('|'), "--count", "1", "--steps", "3", "--json"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal([.. files.Select(file => $"{file}-seed-1.png"), "out.png"], shell.Files);
    }

    [Fact]
    public async Task A_long_prompt_has_short_names_and_lines()
    {
        using var shell = new Shell { Model = TinyModel.Reading };
        string prompt = string.Concat(Enumerable.Repeat("storm ", 600));
        Outcome outcome = await shell.DrawAsync("generate", prompt, "--count", "2", "--steps", "3");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("out-storm-storm-storm-storm-storm-storm-stor-seed-1.png", shell.Files);
        Assert.All(outcome.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 400));
    }

    [Fact]
    public async Task Several_classes_stand_in_a_row_each_with_their_names()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        await shell.DrawAsync("generate", "1", "Calm", "--count", "3", "--steps", "5");
        Picture grid = Png.Read(shell.Of("out.png")), calm = Png.Read(shell.Of("out-calm-seed-2.png"));
        // Pictures of 96 pixels, captions of 10 below, 4 between all; the second of calm is in the middle of the second row.
        const int Row = 96 + 4 + 10 + 4;
        Assert.Equal((3 * 100 + 4, 2 * Row + 4), (grid.Width, grid.Height));
        for (int y = 0; y < 96; y++)
            for (int x = 0; x < 96; x++) Assert.Equal(calm.At(x / 8, y / 8)[0], grid.At(104 + x, 4 + Row + y)[0]);
        Assert.Contains(Enumerable.Range(0, 30), x => grid.At(104 + x, 4 + Row + 100 + 1)[0] == 255);
    }

    [Fact]
    public async Task The_table_names_the_class_of_each_sample()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        Outcome outcome = await shell.DrawAsync("generate", "storm", "--count", "2", "--steps", "5");
        Assert.Contains("storm 2 ", outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("out-storm-seed-1.png to out-storm-seed-2.png.\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_beside_a_picture_replace_what_its_record_says()
    {
        using var shell = new Shell();
        await shell.DrawAsync("generate", "--count", "1", "--seed", "3", "--steps", "9");
        await shell.DrawAsync("generate", "--from", shell.Of("out.png"), "--seed", "4", "-o", shell.Of("other.png"));
        await shell.DrawAsync("generate", "--count", "1", "--seed", "4", "--steps", "9", "-o", shell.Of("direct.png"));
        Assert.Equal(shell.Read("direct.png"), shell.Read("other.png"));
    }

    [Fact]
    public async Task Other_weights_and_other_kernels_are_warned_of()
    {
        using var shell = new Shell();
        await shell.DrawAsync("generate", "--count", "1", "--steps", "4");
        Picture picture = Png.Read(shell.Of("out.png"));
        var strange = new Picture(picture.Width, picture.Height, picture.Channels, picture.Pixels)
        {
            Texts = [.. picture.Texts.Select(text => text with
            {
                Text = text.Text.Replace(new string('a', 64), new string('b', 64), StringComparison.Ordinal)
                    .Replace($"\"kernels\":\"{Tensors.Kernels.KernelSet.Current.Name}\"",
                        "\"kernels\":\"abacus\\u001b[7m\"", StringComparison.Ordinal),
            })],
        };
        Png.Write(shell.Of("strange.png"), strange);
        Outcome outcome = await shell.DrawAsync("generate", "--from", shell.Of("strange.png"), "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(2, outcome.Json.GetProperty("warnings").GetArrayLength());
        Approved.Verify("warning-other-weights", outcome.Error.Replace(Tensors.Kernels.KernelSet.Current.Name,
            "KERNELS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Samples_that_ran_away_are_told_and_the_others_kept()
    {
        using var shell = new Shell { Model = TinyModel.RunningAway(TinyModel.WithClasses) };
        Outcome outcome = await shell.DrawAsync("generate", "calm", "storm", "-n", "2", "-s", "4", "--json");
        const string Said = "2 of 4 samples ran away to numbers that are not finite, and show nothing: \"storm seed 4\", \"storm seed 5\". ";
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("rubato: warning: " + Said, outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith(Said, outcome.Json.GetProperty("warnings").EnumerateArray().Single().GetString(), StringComparison.Ordinal);
        Outcome compared = await shell.DrawAsync("compare", "calm", "storm", "-n", "2", "-s", "4", "--json");
        Assert.StartsWith("rubato: warning: " + Said, compared.Error, StringComparison.Ordinal);
        Assert.Single(compared.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_picture_is_drawn_again_in_its_precision_unless_another_is_named()
    {
        using var shell = new Shell();
        var asked = new List<Precision?>();
        await RunAsync("-o", shell.Of("first.png"), "--precision", "bf16");
        await RunAsync("--from", shell.Of("first.png"));
        await RunAsync("--from", shell.Of("first.png"), "--precision", "FLOAT32");
        await RunAsync("--from", shell.Of("first.png"), "--precision", "auto");
        await RunAsync();
        Assert.Equal([Precision.BFloat16, Precision.BFloat16, Precision.Float32, null, null], asked);

        async Task RunAsync(params string[] args)
        {
            using StringWriter output = new(), error = new();
            var app = new App(new Terminal(output, error))
            {
                Load = (_, precision) =>
                {
                    asked.Add(precision);
                    return new RubatoModel(TinyModel.Parts with { Precision = precision ?? default });
                },
            };
            Assert.Equal(0, await app.RunAsync(["generate", "--count", "1", "--steps", "2", "--model", shell.Folder,
                .. args.Contains("-o") ? (string[])[] : ["-o", shell.Of("out.png")], .. args]));
        }
    }

    [Fact]
    public async Task The_object_of_json_reads_as_approved()
    {
        using var shell = new Shell();
        Outcome outcome = await shell.DrawAsync("generate", "--count", "2", "--steps", "6", "--json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(JsonValueKind.Object, outcome.Json.ValueKind);
        Approved.Verify("json-generate", outcome.Out, shell.Folder);
    }

    [Fact]
    public async Task The_table_tells_seeds_evaluations_and_totals()
    {
        using var shell = new Shell();
        Outcome outcome = await shell.DrawAsync("generate", "--count", "2", "--steps", "30", "--policy", "none");
        string[] rows = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains(rows, row => row.StartsWith("2 ", StringComparison.Ordinal)
            && row.Contains("30", StringComparison.Ordinal)
            && row.Contains("0.0 %", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("all ", StringComparison.Ordinal)
            && row.Contains("60", StringComparison.Ordinal)
            && row.Contains("0.0 %", StringComparison.Ordinal));
        Assert.EndsWith("out-seed-1.png to out-seed-2.png.", rows[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Out + outcome.Error);
    }

    [Fact]
    public async Task Threads_change_no_bit()
    {
        using var shell = new Shell();
        WorkerTeam before = WorkerTeam.Current;
        try
        {
            await shell.DrawAsync("generate", "--count", "1", "--steps", "5", "--threads", "1", "-o", shell.Of("one.png"));
            await shell.DrawAsync("generate", "--count", "1", "--steps", "5", "--threads", "3", "-o", shell.Of("three.png"));
        }
        finally
        {
            WorkerTeam.Current = before;   // the options of a command are those of its process
        }

        Assert.Equal(shell.Read("one.png"), shell.Read("three.png"));
    }

    [Fact]
    public async Task An_interrupted_run_leaves_no_file()
    {
        using var shell = new Shell();
        using var cancel = new CancellationTokenSource();
        var model = new RubatoModel(TinyModel.Interrupting(cancel));
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        int code = await new App(new Terminal(output, error)) { Load = (_, _) => model }
            .RunAsync(["generate", "--model", shell.Folder, "-o", shell.Of("out.png"), "--json"], cancel.Token);
        Assert.Equal((ExitCode.Interrupted, "rubato: interrupted; nothing was written.\n"), (code, error.ToString()));
        Assert.Contains("\"interrupted\"", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(shell.Files);
    }

    [Fact]
    public async Task An_output_that_is_there_is_replaced()
    {
        using var shell = new Shell();
        File.WriteAllText(shell.Of("out.png"), "something old");
        Assert.Equal(0, (await shell.DrawAsync("generate", "--count", "1", "--steps", "2")).Code);
        Assert.Equal(12, Png.Read(shell.Of("out.png")).Width);
        Assert.Equal(["out.png"], shell.Files);
    }
}
