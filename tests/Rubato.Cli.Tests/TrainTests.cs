using System.Text.Json;
using Rubato.Imaging;

namespace Rubato.Cli.Tests;

public sealed class TrainTests
{
    private static readonly string[] Small = ["--channels", "8,8", "--attention", "none", "--batch", "4"];

    [Theory]
    [InlineData("no-output", "data")]
    [InlineData("rate-out-of-range", "data", "-o", "run", "--rate", "-1")]
    [InlineData("batch-no-number", "data", "-o", "run", "--batch", "some")]
    [InlineData("channels-no-list", "data", "-o", "run", "--channels", "8;8")]
    [InlineData("channels-not-divisible", "data", "-o", "run", "--channels", "8,9")]
    [InlineData("too-many-levels", "data", "-o", "run", "--channels", "8,8,8,8,8")]
    [InlineData("attention-nowhere", "data", "-o", "run", "--attention", "5")]
    [InlineData("config-and-channels", "data", "-o", "run", "--channels", "8,8", "--config", "config.json")]
    [InlineData("optimiser-unknown", "data", "-o", "run", "--optimiser", "sgd")]
    [InlineData("minutes-negative", "data", "-o", "run", "--minutes", "-2")]
    public async Task A_mistake_is_told_in_one_line_and_exits_with_2(string name, params string[] args)
    {
        using var shell = new Shell();
        Outcome outcome = await TrainAsync(shell, args);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Code, outcome.Out));
        Approved.Verify($"error-train-{name}", outcome.Error, shell.Folder);
        Assert.False(Directory.Exists(shell.Of("run")));
    }

    [Theory]
    [InlineData("data-missing", "nowhere")]
    [InlineData("data-empty", "data/day")]
    [InlineData("config-missing", "data", "--config", "nowhere.json")]
    public async Task What_is_not_there_fails_with_its_reason(string name, params string[] args)
    {
        using var shell = new Shell();
        Outcome outcome = await TrainAsync(shell, [.. args, "-o", "run"]);
        Assert.Equal((ExitCode.Failure, ""), (outcome.Code, outcome.Out));
        Approved.Verify($"error-train-{name}", outcome.Error, shell.Folder);
    }

    [Fact]
    public async Task A_network_that_does_not_fit_the_pictures_is_a_mistake()
    {
        using var shell = new Shell();
        File.WriteAllText(shell.Of("config.json"), """
            { "sample_size": 8, "block_out_channels": [8], "down_block_types": ["DownBlock2D"],
              "up_block_types": ["UpBlock2D"], "norm_num_groups": 2, "num_class_embeds": 2 }
            """);
        Outcome outcome = await TrainAsync(shell, ["data", "-o", "run", "--config", shell.Of("config.json")]);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Code, outcome.Out));
        Approved.Verify("error-train-network-for-other-classes", outcome.Error, shell.Folder);
    }

    [Fact]
    public async Task A_run_writes_its_model_log_and_samples_and_goes_on()
    {
        using var shell = new Shell();
        Outcome first = await TrainAsync(shell, ["data", "-o", "run", "--pictures", "400", "--sample-every", "400", "--json", .. Small]);
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.Equal((0, 400), (Number(first, "from"), Number(first, "pictures")));
        Picture grid = Png.Read(shell.Of("run/samples/pictures-000000000400.png"));
        Assert.Equal((6 * 18 + 2, 2 * 18 + 2), (grid.Width, grid.Height));   // 6 samples of 2 classes, twice as large
        Assert.Equal(2, File.ReadAllLines(shell.Of("run/log.csv")).Length);   // 100 steps are a row
        using (RubatoModel model = RubatoModel.Load(shell.Of("run/model"))) Assert.Equal([3, 8, 8], model.Parts.Network.SampleShape);

        Outcome second = await TrainAsync(shell, ["data", "-o", "run", "--pictures", "420", "--sample-every", "0", .. Small]);
        Assert.Equal(0, second.Code);
        Assert.Contains("goes on after 400 pictures", second.Error, StringComparison.Ordinal);
        Assert.Contains("420 of 420", second.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_it_saves_and_says_so()
    {
        using var shell = new Shell();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        Outcome outcome = await TrainAsync(shell, ["data", "-o", "run", "--sample-every", "0", .. Small], cancel.Token);

        Assert.Equal(ExitCode.Interrupted, outcome.Code);
        Assert.Contains("all of it is saved", outcome.Out, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(shell.Of("run/checkpoints")));
    }

    private static int Number(Outcome outcome, string key)
    {
        JsonElement json = outcome.Json;
        return json.GetProperty(key).GetInt32();
    }

    /// <summary>Runs with the names data, run and what begins with them in the shell's folder.</summary>
    private static Task<Outcome> TrainAsync(Shell shell, string[] args, CancellationToken cancel = default)
    {
        TrainingData.Write(shell.Of("data"));
        string[] own = ["data", "data/day", "run", "nowhere", "nowhere.json"];
        return shell.RunAsync(["train", .. args.Select(arg => own.Contains(arg) ? shell.Of(arg) : arg)], cancel);
    }
}
