using Rubato.Goldens;

namespace Rubato.Tests.Goldens;

/// <summary>The reference results themselves; see the README of tests/Goldens.</summary>
public sealed class GoldenTests
{
    /// <summary>Names a further set, for instance the full one.</summary>
    private const string Variable = "RUBATO_GOLDENS";

    [Fact]
    public void Every_case_of_the_repository_holds() => Hold(Path.Combine(RepositoryRoot(), "tests", "Goldens"));

    [Fact]
    public void Every_case_of_the_named_set_holds()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root) Hold(root);
    }

    private static void Hold(string root)
    {
        Summary summary = Runner.Run(root, Family.ByName);
        Assert.True(summary.Failed == 0, string.Join('\n', summary.Lines()));
        Assert.NotEqual(0, summary.Passed);
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Rubato.slnx")))
                return at.FullName;
        }

        throw new DirectoryNotFoundException($"No Rubato.slnx above {AppContext.BaseDirectory}");
    }
}
