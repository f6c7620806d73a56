using System.CommandLine;
using System.Globalization;
using Rubato.Files;

namespace Rubato.Cli.Commands;

/// <summary>The PNG file that a command writes, and the files beside it.</summary>
internal static class OutputFile
{
    private const string Extension = ".png";

    public static Option<string> Option(string file) => new("--output", "-o")
    {
        Description = "The PNG file to write; an existing one is replaced",
        HelpName = "file",
        DefaultValueFactory = _ => file,
    };

    /// <summary>The path, with its extension where it has none. Checked before anything is computed.</summary>
    /// <exception cref="UsageException">It can hold no PNG file.</exception>
    public static string Check(string path)
    {
        string shown = Printable.Escape(path);
        if (Directory.Exists(path)) throw new UsageException($"--output {shown} is a folder; name a file in it.");
        string extension = Path.GetExtension(path);
        if (extension.Length > 0 && !extension.Equals(Extension, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--output {shown}: the file is PNG; its name ends in {Extension}.");
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder)) throw new UsageException($"--output {shown}: the folder does not exist.");
        return extension.Length > 0 ? path : path + Extension;
    }

    /// <summary>The picture of one seed, beside a grid: out.png has out-horse-seed-3.png, or out-seed-3.png where there are no classes.</summary>
    public static string OfSample(string path, string? className, long seed) => Path.Combine(Path.GetDirectoryName(path) ?? "",
        string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(path)}{(className is null ? "" : $"-{className}")}-seed-{seed}{Path.GetExtension(path)}"));
}
