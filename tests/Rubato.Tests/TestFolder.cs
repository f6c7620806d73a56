namespace Rubato.Tests;

/// <summary>A temporary folder that goes with its test, and the way to files that lie beside the tests.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("rubato-test-").FullName;

    public string Path { get; }

    /// <summary>A file or folder of the test project's sources.</summary>
    public static string Source(string relative)
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(System.IO.Path.Combine(at, "Rubato.slnx")))
            at = System.IO.Path.GetDirectoryName(at);
        return System.IO.Path.Combine(at ?? throw new InvalidOperationException("not in the repository"),
            "tests", "Rubato.Tests", relative);
    }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
