using System.Diagnostics;
using Rubato.Imaging;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Samples;

/// <summary>The smallest program of the README, as it stands there.</summary>
public sealed class GenerateTests
{
    [Fact]
    public void The_readme_shows_the_sample_that_is_built()
    {
        string readme = File.ReadAllText(NetworkFiles.InRepository("README.md")).ReplaceLineEndings("\n");
        string sample = File.ReadAllText(NetworkFiles.InRepository("samples", "Generate", "Program.cs")).ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{sample}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_saves_a_picture_for_every_seed()
    {
        using var folder = new TestFolder();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Generate.dll"), NetworkFiles.InRepository("models", "cifar10") },
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process program = Process.Start(start)!;
        string said = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.Equal(0, program.ExitCode);
        for (int seed = 7; seed < 11; seed++)
        {
            Picture picture = Png.Read(folder.Of($"horse-{seed}.png"));
            Assert.Equal((32, 32, 3), (picture.Width, picture.Height, picture.Channels));
            Assert.Contains($"horse-{seed}.png: ", said, StringComparison.Ordinal);
        }
    }
}
