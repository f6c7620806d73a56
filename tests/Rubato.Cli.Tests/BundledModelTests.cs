using System.Text.Json;
using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Cli.Tests;

public sealed class BundledModelTests
{
    [Fact]
    public async Task A_bundled_model_is_found_by_name_and_draws_digits()
    {
        using var shell = new Shell();
        using StringWriter output = new(), error = new();
        var app = new App(new Terminal(output, error));
        Assert.Equal(0, await app.RunAsync(["generate", "--model", "mnist", "--count", "1", "--steps", "10", "-o", shell.Of("digit"),
            "--json"]));
        Picture digit = Png.Read(shell.Of("digit.png"));
        Assert.Equal((28, 28, 1), (digit.Width, digit.Height, digit.Channels));
        // A digit is ink on an empty page: most pixels are black, some white.
        Assert.InRange(digit.Pixels.Count(level => level < 32), 28 * 28 / 2, 28 * 28 - 30);
        Assert.InRange(digit.Pixels.Count(level => level > 192), 10, 28 * 28 / 3);
    }

    [Fact]
    public async Task The_first_command_draws_a_picture_of_each_class_that_a_classifier_recognises_more_often_than_not()
    {
        const int Classes = 10;
        using var shell = new Shell();
        using StringWriter output = new(), error = new();
        Assert.Equal(0, await new App(new Terminal(output, error)).RunAsync(["generate", "--seed", "0", "-o", shell.Of("out"), "--json"]));
        using JsonDocument json = JsonDocument.Parse(output.ToString());
        JsonElement samples = json.RootElement.GetProperty("samples"), totals = json.RootElement.GetProperty("totals");
        var judged = new PictureSet(PictureClassifier.Load(Path.Combine(Shell.Repository, "models", "evaluation")));
        judged.Add([.. samples.EnumerateArray().Select(sample => Png.Read(sample.GetProperty("file").GetString()!))],
            [.. samples.EnumerateArray().Select(sample => ClassAccuracy.ClassOf(sample.GetProperty("prompt").GetString()))]);

        Assert.Equal(Classes, judged.Accuracy.Asked);
        Assert.InRange(judged.Accuracy.Named, 6, Classes);
        // Every class has a horizon of its own around the model's budget of 20, and each step asks with and without the class.
        int[] steps = [.. samples.EnumerateArray().Select(sample => sample.GetProperty("steps").GetInt32())];
        Assert.True(steps.Distinct().Count() > 1);
        Assert.InRange(steps.Average(), 10, 30);
        Assert.Equal(2 * steps.Sum(), totals.GetProperty("full_evaluations").GetInt32());
    }

    [Fact]
    public async Task A_sketch_gives_the_bundled_model_its_outlines()
    {
        using var shell = new Shell();
        using StringWriter output = new(), error = new();
        var drawing = new Picture(128, 128, 1);
        drawing.Fill(drawing.Area, [255]);
        drawing.Fill(new PictureArea(20, 60, 88, 6), [0]);
        drawing.Fill(new PictureArea(20, 60, 6, 40), [0]);
        drawing.Fill(new PictureArea(102, 60, 6, 40), [0]);
        Png.Write(shell.Of("sketch.png"), drawing);
        Assert.Equal(0, await new App(new Terminal(output, error)).RunAsync(["generate", "a red truck", "--structure", shell.Of("sketch.png"),
            "--budget", "8", "--count", "4", "-o", shell.Of("out.png"), "--json"]));

        // The strongest edges of what is drawn lie on the lines far more often than elsewhere.
        using JsonDocument json = JsonDocument.Parse(output.ToString());
        Picture sketch = Png.Read(json.RootElement.GetProperty("structure").GetString()!);
        int[] lines = [.. Enumerable.Range(0, 32 * 32).Where(i => sketch.Pixels[i] == 0)];
        foreach (JsonElement sample in json.RootElement.GetProperty("samples").EnumerateArray())
        {
            Sketch drawn = Sketch.OfPhoto(Png.Read(sample.GetProperty("file").GetString()!));
            Assert.True(lines.Average(i => drawn.Lines[i] ? 1.0 : 0) > 1.5 * drawn.Density);
        }
    }

    [Fact]
    public async Task The_bundled_model_understands_words()
    {
        using var shell = new Shell();
        using StringWriter output = new(), error = new();
        var app = new App(new Terminal(output, error));
        Assert.Equal(0, await app.RunAsync(["generate", "an airplane in the sky", "--count", "1", "--steps", "2",
            "-o", shell.Of("words.png")]));
        Assert.Equal(0, await app.RunAsync(["generate", "airplane", "--count", "1", "--steps", "2",
            "-o", shell.Of("name.png")]));
        Assert.Equal(Png.Read(shell.Of("name.png")).Pixels, Png.Read(shell.Of("words.png")).Pixels);
        Assert.Equal(ExitCode.Usage, await app.RunAsync(["generate", "a giraffe", "-o", shell.Of("none.png")]));
        Assert.EndsWith("\"a giraffe\" names none of what acdiff draws: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, "
            + "truck." + Environment.NewLine, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acdiff")]
    [InlineData("cifar10")]
    [InlineData("mnist")]
    public async Task The_bundled_models_load_without_a_problem(string name)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, await new App(new Terminal(output, error)).RunAsync(["info",
            Path.Combine(Shell.Repository, "models", name), "--json"]));
        Assert.EndsWith("\"problems\":[]}", output.ToString().TrimEnd(), StringComparison.Ordinal);
    }
}
