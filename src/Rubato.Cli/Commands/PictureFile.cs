using Rubato.Evaluation;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;

namespace Rubato.Cli.Commands;

/// <summary>A picture that the command line names, by itself or by a folder above it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path below what was named, or the name of the file that was named.</param>
internal readonly record struct PictureFile(string Path, string Name)
{
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive };

    /// <summary>The PNG files that paths stand for: files, and all below folders, by name.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="UsageException">A folder holds no picture.</exception>
    public static IReadOnlyList<PictureFile> Find(IReadOnlyList<string> paths)
    {
        var found = new List<PictureFile>();
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                found.Add(new PictureFile(path, System.IO.Path.GetFileName(path)));
                continue;
            }

            if (!Directory.Exists(path)) throw new FileNotFoundException($"{path}: no such file or folder.");
            string[] files = [.. Directory.EnumerateFiles(path, "*.png", Below).Order(StringComparer.Ordinal)];
            if (files is []) throw new UsageException($"{Printable.Escape(path)} holds no PNG picture.");
            found.AddRange(files.Select(file => new PictureFile(file, System.IO.Path.GetRelativePath(path, file))));
        }

        return found;
    }

    /// <summary>Reads the picture.</summary>
    /// <exception cref="PictureException">It is damaged.</exception>
    public Picture Read() => Png.Read(Path);

    /// <summary>
    /// The class of CIFAR-10 that it is to show: the name of the folder that it lies in, else what its record says. Null
    /// where neither names a class.
    /// </summary>
    /// <exception cref="PictureException">It has a record, which is damaged.</exception>
    public int? AskedClass(Picture picture)
        => ClassAccuracy.ClassOf(System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))))
            ?? ClassAccuracy.ClassOf(GenerationRecord.Read(picture, Path)?.Options.Prompts is [string prompt] ? prompt : null);

    /// <summary>The picture to compare it with: that of the same name below a folder, or the one file.</summary>
    /// <param name="reference">A folder, or a file.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public PictureFile PartnerIn(string reference)
    {
        string path = File.Exists(reference) ? reference : System.IO.Path.Combine(reference, Name);
        return File.Exists(path) ? new PictureFile(path, Name)
            : throw new FileNotFoundException($"{Path}: there is no {path} to compare it with.");
    }

    /// <summary>Refuses a picture that ResNet-56 cannot look at.</summary>
    /// <exception cref="PictureException">It has another size.</exception>
    public void RequireSide(Picture picture)
    {
        if (!PictureSet.CanJudge(picture))
        {
            throw new PictureException(Path, chunk: null, $"has {picture.Width} x {picture.Height} pixels",
                $"ResNet-56 looks at {ResNet56.Side} x {ResNet56.Side}; with --reference and without --inception pictures of any size are compared");
        }
    }
}
