namespace Rubato.Tests;

/// <summary>Texts that people read, compared word for word with those that were approved.</summary>
internal static class Approved
{
    /// <summary>The environment variable that writes the texts anew, to be reviewed in the diff.</summary>
    private const string Variable = "RUBATO_APPROVE";

    public static void Check(string name, string text)
    {
        string path = Path.Combine(Root(), "tests", "Rubato.Tests", "Approved", name);
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"{name} is not approved yet: run the tests with {Variable}=1 and review the file.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    private static string Root()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Rubato.slnx"))) return folder;
        throw new InvalidOperationException("Rubato.slnx was not found above the tests.");
    }
}
