using Rubato.Cli.Commands;
using Rubato.Pipelines;

namespace Rubato.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-generate", "generate", "--help")]
    [InlineData("help-compare", "compare", "--help")]
    [InlineData("help-evaluate", "evaluate", "--help")]
    [InlineData("help-info", "info", "--help")]
    [InlineData("help-solvers", "solvers", "--help")]
    [InlineData("help-train", "train", "--help")]
    [InlineData("help-train-ac-diff", "train", "ac-diff", "--help")]
    [InlineData("help-plan", "plan", "--help")]
    [InlineData("help-train-prompts", "train-prompts", "--help")]
    [InlineData("help-bench", "bench", "--help")]
    [InlineData("help-bench-adaptive-diffusion", "bench", "adaptive-diffusion", "--help")]
    [InlineData("help-bench-solvers", "bench", "solvers", "--help")]
    [InlineData("help-bench-ac-diff", "bench", "ac-diff", "--help")]
    public async Task The_help_reads_as_approved(string name, params string[] args)
    {
        using var shell = new Shell();
        Outcome outcome = await shell.RunAsync(args);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        // The usage line begins with the name of the process, here the test runner's.
        Approved.Verify(name, outcome.Out.Replace(System.CommandLine.RootCommand.ExecutableName, "rubato",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_arguments_there_is_help()
    {
        using var shell = new Shell();
        Assert.Equal(await shell.RunAsync("--help"), await shell.RunAsync());
    }

    [Fact]
    public async Task The_help_of_generate_names_every_policy()
    {
        using var shell = new Shell();
        string help = string.Join(' ', (await shell.RunAsync("generate", "--help")).Out.Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries));
        Assert.All(Adaptations.ByName.Keys, name => Assert.Contains(name, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_documentation_names_every_option_solver_policy_and_source_of_noise()
    {
        using var shell = new Shell();
        string help = string.Concat((await shell.RunAsync("generate", "--help")).Out,
            (await shell.RunAsync("compare", "--help")).Out,
            (await shell.RunAsync("evaluate", "--help")).Out,
            (await shell.RunAsync("info", "--help")).Out,
            (await shell.RunAsync("train", "--help")).Out,
            (await shell.RunAsync("train", "ac-diff", "--help")).Out,
            (await shell.RunAsync("train-prompts", "--help")).Out,
            (await shell.RunAsync("plan", "--help")).Out,
            (await shell.RunAsync("solvers", "--help")).Out,
            (await shell.RunAsync("bench", "adaptive-diffusion", "--help")).Out,
            (await shell.RunAsync("bench", "solvers", "--help")).Out,
            (await shell.RunAsync("bench", "ac-diff", "--help")).Out);
        IEnumerable<string> options = help.Split([' ', ',', ':', ']', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal));
        string documentation = File.ReadAllText(Path.Combine(Shell.Repository, "docs", "cli.md"))
            + File.ReadAllText(Path.Combine(Shell.Repository, "docs", "solvers.md"));
        Assert.All([.. options, .. Adaptations.ByName.Keys, .. SolverNames.All.Select(solver => solver.Name), .. ScheduleNames.ByName.Keys,
            .. DrawingOptions.NoiseWords.Keys],
            word => Assert.Contains(word, documentation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_the_library_s()
    {
        using var shell = new Shell();
        Assert.Equal(new Outcome(0, $"rubato {GenerationRecord.Version}\n", ""), await shell.RunAsync("--version"));
    }
}
