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
    public async Task The_bundled_model_loads_without_a_problem()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, await new App(new Terminal(output, error)).RunAsync(["info",
            Path.Combine(Shell.Repository, "models", "mnist"), "--json"]));
        Assert.EndsWith("\"problems\":[]}", output.ToString().TrimEnd(), StringComparison.Ordinal);
    }
}
