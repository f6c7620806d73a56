using System.Globalization;
using System.Text.Json;
using Rubato.Imaging;

namespace Rubato.Cli.Tests;

/// <summary>A tiny model that rubato train ac-diff made, with all of its stages.</summary>
public sealed class AcDiffRun : IAsyncLifetime, IDisposable
{
    private readonly Shell _shell = new();

    /// <summary>What training said.</summary>
    internal Outcome Trained { get; private set; } = new(-1, "", "");

    /// <summary>The folder of the model.</summary>
    public string Model => _shell.Of("run/model");

    /// <summary>A file beside the run.</summary>
    public string Of(string name) => _shell.Of(name);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        TrainingData.Write(_shell.Of("data"));
        Trained = await TrainAsync();
        var drawing = new Picture(64, 64, 1);
        drawing.Fill(drawing.Area, [255]);
        drawing.Fill(new PictureArea(20, 8, 3, 50), [0]);
        Png.Write(_shell.Of("sketch.png"), drawing);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _shell.Dispose();

    /// <summary>Trains, or finds all of it done.</summary>
    internal Task<Outcome> TrainAsync(params string[] more) => RunAsync(["train", "ac-diff", _shell.Of("data"), "-o", _shell.Of("run"),
        "--channels", "8,8", "--attention", "none", "--batch", "4", "--pictures", "40", "--sample-every", "0", "--conditions", "20",
        "--precision", "float32", .. more]);

    /// <summary>Runs a command with models from their folders.</summary>
    internal static async Task<Outcome> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = await new App(new Terminal(output, error)).RunAsync(args);
        return new Outcome(code, output.ToString(), error.ToString());
    }
}

public sealed class AcDiffTests(AcDiffRun run) : IClassFixture<AcDiffRun>
{
    [Fact]
    public async Task All_stages_are_done_once_and_tell_how_well_errors_are_foreseen()
    {
        Assert.Equal(0, run.Trained.Code);
        Assert.Contains("requests that were kept back are foreseen with a rank correlation of", run.Trained.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run.Model, "hybrid_schedule.json")));
        long measured = new FileInfo(Assert.Single(Directory.GetFiles(run.Of("run"), "*.ladder-runs"))).Length;

        foreach (string source in (string[])["curves", "arc", "loss", "label", "reinforce"])
            Assert.Contains($"{source} ", run.Trained.Out, StringComparison.Ordinal);

        Outcome again = await run.TrainAsync("--horizons-from", "Label", "--json");
        Assert.Equal(0, again.Code);
        JsonElement horizons = again.Json.GetProperty("horizons");
        Assert.Equal(("label", 4), (horizons.GetProperty("source").GetString(), horizons.GetProperty("conditions").GetInt32()));
        JsonElement[] scores = [.. horizons.GetProperty("scores").EnumerateArray()];
        Assert.Equal(5 * 4, scores.Length);
        Assert.Equal(["", "both", "prompt", "structure"], scores.Take(4).Select(score => score.GetProperty("shown").GetString() ?? ""));
        JsonElement[] fixedErrors = [.. scores[0].GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("fixed"))];
        foreach (JsonElement score in scores)
        {
            JsonElement[] checks = [.. score.GetProperty("checks").EnumerateArray()];
            Assert.Equal([10, 20, 40], checks.Select(check => check.GetProperty("budget").GetInt32()));
            Assert.Equal(fixedErrors.Select(error => error.GetDouble()), checks.Select(check => check.GetProperty("fixed").GetDouble()));
        }

        Assert.Equal(measured, new FileInfo(Assert.Single(Directory.GetFiles(run.Of("run"), "*.ladder-runs"))).Length);
    }

    [Theory]
    [InlineData("must be one of level, index, fraction, fraction+horizon", "--level-input", "sigma")]
    [InlineData("--adapt 0: it must be 1 or more", "--adapt", "0")]
    [InlineData("cannot stand beside it", "--adapt", "40", "--pictures", "80")]
    [InlineData("must be 0, or from 20", "--conditions", "3")]
    [InlineData("told level", "--level-input", "fraction")]
    public async Task Mistakes_of_training_are_told_in_one_line_and_leave_the_run(string expected, params string[] args)
    {
        Outcome outcome = await AcDiffRun.RunAsync(["train", "ac-diff", run.Of("data"), "-o", run.Of("run"), .. args]);
        Assert.NotEqual(0, outcome.Code);
        Assert.Equal("", outcome.Out);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_is_told_fractions_and_horizons_is_trained_exported_and_drawn_with()
    {
        Outcome trained = await AcDiffRun.RunAsync("train", "ac-diff", run.Of("data"), "-o", run.Of("told"), "--channels", "8,8", "--attention", "none",
            "--batch", "4", "--pictures", "12", "--sample-every", "0", "--conditions", "0", "--level-input", "fraction+horizon");
        Assert.Equal(0, trained.Code);
        Assert.Contains("\"level_input\": \"fraction\\u002Bhorizon\"", File.ReadAllText(run.Of("told/model/rubato.json")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Of("told/model/horizon")));
        Outcome drawn = await AcDiffRun.RunAsync("generate", "day", "-m", run.Of("told/model"), "--solver", "heun", "--schedule", "hybrid", "--steps", "5",
            "-o", run.Of("told.png"));
        Assert.Equal(0, drawn.Code);
    }

    [Fact]
    public async Task A_source_that_is_not_known_is_named_before_anything_is_read()
    {
        Outcome outcome = await AcDiffRun.RunAsync("train", "ac-diff", run.Of("nothing"), "-o", run.Of("other"), "--horizons-from", "dice");
        Assert.Equal(ExitCode.Usage, outcome.Code);
        Assert.Contains("--horizons-from dice: must be one of curves, arc, loss, label, reinforce.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_class_horizon_levels_and_cost_and_more_budget_is_never_fewer_steps()
    {
        int last = 0;
        foreach (string budget in (string[])["6", "12", "50"])
        {
            JsonElement plan = (await AcDiffRun.RunAsync("plan", "day", "-m", run.Model, "--budget", budget, "--json")).Json;
            Assert.Equal("day", plan.GetProperty("class").GetString());
            int horizon = plan.GetProperty("horizon").GetInt32();
            double[] levels = [.. plan.GetProperty("levels").EnumerateArray().Select(level => level.GetDouble())];
            Assert.True(plan.GetProperty("estimated").GetBoolean());
            Assert.Equal(horizon, levels.Length);
            Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            Assert.Equal(horizon, plan.GetProperty("evaluations").GetInt32());   // the model's guidance is 1
            Assert.InRange(horizon, Math.Max(4, last), 1000);
            last = horizon;
        }
    }

    [Fact]
    public async Task A_tolerance_decides_the_steps_and_less_of_it_is_never_fewer()
    {
        int last = 0;
        foreach (double error in (double[])[0.5, 0.05, 0.01, 1e-9])
        {
            string[] asked = ["day", "-m", run.Model, "--tolerance", error.ToString(CultureInfo.InvariantCulture)];
            JsonElement plan = (await AcDiffRun.RunAsync(["plan", .. asked, "--json"])).Json;
            Assert.Equal(error, plan.GetProperty("tolerance").GetDouble());
            Assert.False(plan.TryGetProperty("budget", out _));
            int horizon = plan.GetProperty("horizon").GetInt32();
            Assert.InRange(horizon, Math.Max(4, last), 1000);
            last = horizon;
            if (horizon > 200) continue;
            JsonElement drawn = (await AcDiffRun.RunAsync(["generate", .. asked, "-n", "1", "-o", run.Of("tolerated.png"), "--json"])).Json;
            Assert.Equal(error, drawn.GetProperty("options").GetProperty("tolerance").GetDouble());
            JsonElement sample = Assert.Single(drawn.GetProperty("samples").EnumerateArray());
            Assert.Equal(horizon, sample.GetProperty("steps").GetInt32());
            string file = sample.GetProperty("file").GetString()!;
            string second = run.Of("tolerated-again.png");
            Assert.Equal(0, (await AcDiffRun.RunAsync("generate", "--from", file, "-m", run.Model, "-o", second)).Code);
            Assert.Equal(Png.Read(file).Pixels, Png.Read(second).Pixels);
        }

        Assert.Equal(1000, last);
        Outcome text = await AcDiffRun.RunAsync("plan", "day", "-m", run.Model, "--tolerance", "0.05");
        Assert.Contains("estimated to bring this request's error to 0.05", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_without_a_class_says_none_and_reads_as_text_too()
    {
        Outcome text = await AcDiffRun.RunAsync("plan", "-m", run.Model, "--structure", run.Of("sketch.png"));
        Assert.Equal(0, text.Code);
        Assert.Contains("class         none: nothing is asked for", text.Out, StringComparison.Ordinal);
        Assert.Contains("structure     edges, lines on", text.Out, StringComparison.Ordinal);
        JsonElement plan = (await AcDiffRun.RunAsync("plan", "noon", "-m", run.Model, "--json")).Json;
        Assert.Equal("none", plan.GetProperty("class").GetString());
    }

    [Fact]
    public async Task What_is_drawn_is_what_was_planned_and_is_drawn_again_from_its_record()
    {
        string[] request = ["day", "night", "-m", run.Model, "--budget", "8", "--structure", run.Of("sketch.png")];
        JsonElement drawn = (await AcDiffRun.RunAsync(["generate", .. request, "-n", "2", "-o", run.Of("out.png"), "--json"])).Json;
        JsonElement[] samples = [.. drawn.GetProperty("samples").EnumerateArray()];
        int planned = (await AcDiffRun.RunAsync(["plan", "day", .. request[2..], "--json"])).Json.GetProperty("horizon").GetInt32();
        Assert.Equal([planned, planned], samples.Take(2).Select(sample => sample.GetProperty("steps").GetInt32()));
        Assert.Equal(8, drawn.GetProperty("options").GetProperty("budget").GetDouble());

        Picture sketch = Png.Read(drawn.GetProperty("structure").GetString()!);
        Assert.Equal((8, 8), (sketch.Width, sketch.Height));
        Assert.InRange(sketch.Pixels.Count(level => level == 0), 6, 16);

        string first = samples[0].GetProperty("file").GetString()!;
        Outcome again = await AcDiffRun.RunAsync("generate", "--from", first, "-m", run.Model, "-o", run.Of("again.png"));
        Assert.Equal(0, again.Code);
        Assert.Equal(Png.Read(first).Pixels, Png.Read(run.Of("again.png")).Pixels);

        // A budget takes the place of the steps that the record says.
        Outcome longer = await AcDiffRun.RunAsync("generate", "--from", first, "-m", run.Model, "--budget", "16", "-o", run.Of("longer.png"), "--json");
        JsonElement sample = Assert.Single(longer.Json.GetProperty("samples").EnumerateArray());
        Assert.InRange(sample.GetProperty("steps").GetInt32(), planned + 1, 1000);
    }

    [Fact]
    public async Task A_schedule_after_the_name_of_the_solver_takes_the_place_of_the_hybrid_one()
    {
        JsonElement own = (await AcDiffRun.RunAsync("plan", "day", "-m", run.Model, "--json")).Json;
        JsonElement named = (await AcDiffRun.RunAsync("plan", "day", "-m", run.Model, "--solver", "DPM++ 2M Karras", "--json")).Json;
        Assert.Equal(("hybrid", "karras"), (own.GetProperty("schedule").GetString(), named.GetProperty("schedule").GetString()));
        Assert.True(named.GetProperty("estimated").GetBoolean());
        Assert.NotEqual(own.GetProperty("levels").EnumerateArray().Select(level => level.GetDouble()),
            named.GetProperty("levels").EnumerateArray().Select(level => level.GetDouble()));
    }

    [Theory]
    [InlineData("give one of them", "--steps", "5", "--budget", "9")]
    [InlineData("give one of them", "--steps", "5", "--tolerance", "0.1")]
    [InlineData("give one of them", "--budget", "9", "--tolerance", "0.1")]
    [InlineData("names none", "--structure-as", "edges")]
    [InlineData("must be one of edges, low-resolution", "--structure", "sketch.png", "--structure-as", "lines")]
    [InlineData("must be from 4 to 1000", "--budget", "2")]
    [InlineData("must be above 0 and at most 2", "--tolerance", "0")]
    public async Task Mistakes_are_told_in_one_line(string expected, params string[] args)
    {
        Outcome outcome = await AcDiffRun.RunAsync(
            ["generate", "day", "-m", run.Model, "-o", run.Of("wrong.png"), .. args.Select(arg => arg == "sketch.png" ? run.Of(arg) : arg)]);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Code, outcome.Out));
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(run.Of("wrong.png")));
    }

    [Fact]
    public async Task A_model_without_horizons_or_structure_says_so()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        Outcome budget = await shell.RunAsync("generate", "calm", "--model", shell.Folder, "--budget", "9");
        Assert.Contains("tiny estimates no horizons, so it keeps no budget", budget.Error, StringComparison.Ordinal);
        Outcome tolerance = await shell.RunAsync("generate", "calm", "--model", shell.Folder, "--tolerance", "0.1");
        Assert.Contains("tiny estimates no horizons, so it keeps no tolerance", tolerance.Error, StringComparison.Ordinal);
        Outcome structure = await shell.RunAsync("generate", "calm", "--model", shell.Folder, "--structure", run.Of("sketch.png"));
        Assert.Contains("tiny takes no structure", structure.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (budget.Code, structure.Code));
    }
}
