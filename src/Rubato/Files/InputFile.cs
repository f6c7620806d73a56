using Microsoft.Win32.SafeHandles;

namespace Rubato.Files;

/// <summary>Opens files that somebody else wrote.</summary>
internal static class InputFile
{
    /// <summary>
    /// A handle for positioned reads, or null where there is nothing to read. Pipes and devices have no length: they
    /// count as empty, since opening a pipe would wait for its other end.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file, or a link leads nowhere.</exception>
    public static SafeFileHandle? Open(string path)
    {
        // The length of a link is that of its text, so the file behind it is asked.
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo behind)
            file = behind;
        if (file.Length == 0)
            return null;
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
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
