using System.CommandLine;
using System.Globalization;
using Rubato.Files;

namespace Rubato.Cli.Commands;

/// <summary>The files that a command writes: where they may be, and their names.</summary>
internal static class OutputFile
{
    private const string Extension = ".png";

    public static Option<string> Option(string file) => new("--output", "-o")
    {
        Description = "The PNG file to write; an existing one is replaced",
        HelpName = "file",
        DefaultValueFactory = _ => file,
    };

    /// <summary>The path of a picture.</summary>
    /// <inheritdoc cref="Check(string, string, string, string)"/>
    public static string Check(string path) => Check(path, "--output", "the file is PNG", Extension);

    /// <summary>The path, with its extension where it has none. Checked before anything is computed.</summary>
    /// <param name="path">What was given.</param>
    /// <param name="option">The option it was given to.</param>
    /// <param name="kind">What is written there.</param>
    /// <param name="ending">The extension.</param>
    /// <exception cref="UsageException">It can hold no such file.</exception>
    public static string Check(string path, string option, string kind, string ending)
    {
        string shown = Printable.Escape(path);
        if (Directory.Exists(path)) throw new UsageException($"{option} {shown} is a folder; name a file in it.");
        string extension = Path.GetExtension(path);
        if (extension.Length > 0 && !extension.Equals(ending, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{option} {shown}: {kind}; its name ends in {ending}.");
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder)) throw new UsageException($"{option} {shown}: the folder does not exist.");
        try
        {
            AtomicFile.Try(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {shown}: no file can be written into that folder.", refused);
        }

        return extension.Length > 0 ? path : path + ending;
    }

    /// <summary>The path of a folder that files go into, where there may be none yet.</summary>
    /// <param name="path">What was given.</param>
    /// <param name="option">The option it was given to.</param>
    /// <exception cref="UsageException">It is a file.</exception>
    public static string CheckFolder(string path, string option = "--output")
        => File.Exists(path) ? throw new UsageException($"{option} {Printable.Escape(path)} is a file; name a folder.") : path;

    /// <summary>The picture of one seed, beside a grid: out.png has out-horse-seed-3.png, or out-seed-3.png where there are no prompts.</summary>
    public static string OfSample(string path, string? prompt, long seed)
        => Beside(path, string.Create(CultureInfo.InvariantCulture, $"{(prompt is null ? "" : $"{prompt}-")}seed-{seed}"));

    /// <summary>A file beside another: out.png has out-NAME.png.</summary>
    public static string Beside(string path, string name)
        => Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{name}{Path.GetExtension(path)}");
}
