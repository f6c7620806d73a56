namespace Rubato.Tests;

/// <summary>Texts that people read, compared word for word with files that somebody has read and found right.</summary>
internal static class ApprovedFile
{
    /// <summary>The environment variable that writes the files anew, to be reviewed in the diff.</summary>
    private const string Variable = "RUBATO_APPROVE";

    /// <summary>Compares a text with <c>tests/PROJECT/Approved/NAME.txt</c>.</summary>
    public static void Compare(string project, string name, string text)
    {
        string path = Path.Combine(Root(), "tests", project, "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"{name} is not approved yet: run the tests with {Variable}=1 and review the file.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    /// <summary>The repository, above the built tests: a deterministic build maps the paths of sources away.</summary>
    private static string Root()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Rubato.slnx"))) return folder;
        throw new InvalidOperationException("Rubato.slnx was not found above the tests.");
    }
}
