using Microsoft.Win32.SafeHandles;

namespace Rubato.Files;

/// <summary>Opens files that somebody else wrote.</summary>
internal static class InputFile
{
    /// <summary>
    /// A handle for positioned reads, or null where there is nothing to read. Pipes and devices have no length: they
    /// count as empty, since opening a pipe would wait for its other end.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file, it is a folder, or a link leads nowhere.</exception>
    public static SafeFileHandle? Open(string path)
    {
        FileInfo file = Find(path);
        // The length of a link is that of its text, so the file behind it is asked.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo behind)
            file = behind.Exists ? behind : throw new FileNotFoundException($"{path}: is a link to {behind.FullName}, which is no file.");
        if (file.Length == 0)
            return null;
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
    }

    /// <summary>The file of a path.</summary>
    /// <exception cref="FileNotFoundException">There is none, or it is a folder.</exception>
    public static FileInfo Find(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists) return file;
        throw new FileNotFoundException($"{path}: {(Directory.Exists(path) ? "is a folder, not a file" : "there is no such file")}.");
    }

    /// <summary>Fills the span from <paramref name="offset"/>; false where the file ends before.</summary>
    public static bool TryFill(SafeFileHandle file, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
                return false;
            destination = destination[read..];
            offset += read;
        }

        return true;
    }
}
