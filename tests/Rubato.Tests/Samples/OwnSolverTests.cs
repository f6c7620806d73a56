using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Samples;

/// <summary>The solver that CONTRIBUTING shows, as it stands there.</summary>
public sealed class OwnSolverTests
{
    [Fact]
    public void Contributing_shows_the_solver_that_is_built()
    {
        string text = File.ReadAllText(NetworkFiles.InRepository("CONTRIBUTING.md")).ReplaceLineEndings("\n");
        string solver = File.ReadAllText(NetworkFiles.InRepository("samples", "OwnSolver", "Ralston.cs")).ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{solver[solver.IndexOf("/// <summary>", StringComparison.Ordinal)..]}```", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_better_than_Euler_at_as_many_evaluations()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "OwnSolver.dll"), NetworkFiles.InRepository("models", "cifar10") },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process program = Process.Start(start)!;
        string said = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.Equal(0, program.ExitCode);
        double[] errors = [.. Regex.Matches(said, "31 evaluations, off by (?<error>[0-9.]+)", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => double.Parse(match.Groups["error"].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(2, errors.Length);
        Assert.InRange(errors[1], 0, errors[0] / 2);
    }
}
