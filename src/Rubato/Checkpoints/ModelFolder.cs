using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>Keeps the names and links in a model's folder from leading out of it.</summary>
internal static class ModelFolder
{
    private const int MostLinks = 40;   // as many as Linux follows

    /// <summary>
    /// Whether text is the name of a file and nothing else on any system. Characters are looked at, since a path that is
    /// harmless here ("a\..\b", "C:x") may not be elsewhere.
    /// </summary>
    public static bool IsPlainFileName(string name) =>
        name.Length is >= 1 and <= 255 && name is not "." && !name.Contains("..", StringComparison.Ordinal)
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));

    /// <summary>
    /// Follows every link on the way to <paramref name="path"/> and refuses it where it ends outside of
    /// <paramref name="folder"/>. In a hub cache (<c>.../snapshots/revision/...</c> with <c>.../blobs</c> beside) the
    /// files are links to blobs, and those count as inside.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="path">A file or folder in it.</param>
    /// <param name="reported">The file that an error names.</param>
    public static void RequireInside(string folder, string path, string reported)
    {
        string real = RealPath(path, reported);
        if (!IsInside(RealPath(folder, reported), real)
            && !(BlobsOf(folder) is { } blobs && IsInside(RealPath(blobs, reported), real)))
            throw new CheckpointException(reported, $"leads to {Printable.Escape(real)}, outside of the model's folder",
                "links may lead only into the folder or the cache's blobs");
    }

    private static bool IsInside(string folder, string path) =>
        path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? BlobsOf(string folder)
    {
        for (DirectoryInfo? at = new(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            if (at.Parent is { Name: "snapshots", Parent: { } repository })
                return Path.Combine(repository.FullName, "blobs");
        }

        return null;
    }

    /// <summary>The path without links: .NET resolves the last part of a path only, so each part is looked at.</summary>
    private static string RealPath(string path, string reported)
    {
        string real = Path.GetPathRoot(Path.GetFullPath(path))!;
        var parts = new Stack<string>(Path.GetFullPath(path)[real.Length..]
            .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (int links = 0; parts.TryPop(out string? part);)
        {
            string next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                throw new CheckpointException(reported, "goes through too many links", $"at most {MostLinks} are followed");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            foreach (string piece in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
                parts.Push(piece);
        }

        return real;
    }
}
