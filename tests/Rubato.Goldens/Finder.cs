namespace Rubato.Goldens;

/// <summary>The cases of a set: every folder, at any depth, that holds a <c>case.json</c>.</summary>
internal static class Finder
{
    /// <summary>Name and folder of every case, in the order of the names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<(string Name, string Folder)> Find(string root)
        => [.. Directory.EnumerateFiles(root, GoldenCase.FileName, SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!)
            .Select(folder => (Name: Named(root, folder), Folder: folder))
            .OrderBy(found => found.Name, StringComparer.Ordinal)];

    private static string Named(string root, string folder)
    {
        string name = Path.GetRelativePath(root, folder).Replace(Path.DirectorySeparatorChar, '/');
        return name == "." ? Path.GetFileName(Path.GetFullPath(folder)) : name;
    }
}
