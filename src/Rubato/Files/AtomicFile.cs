namespace Rubato.Files;

/// <summary>Writes a file so that its name holds the old bytes or the new ones, and never a part of them.</summary>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Makes sure, before there is anything to lose, that a file can be written.</summary>
    /// <param name="path">The file; it is left as it is.</param>
    /// <exception cref="IOException">Nothing can be written into its folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither may this process.</exception>
    public static void Try(string path)
    {
        string temporary = Temporary(Path.GetFullPath(path));
        File.WriteAllBytes(temporary, []);
        File.Delete(temporary);
    }

    /// <summary>
    /// Calls <paramref name="write"/> with a stream on a temporary file in the same folder, flushes that to the disk and
    /// renames it. An existing file is replaced, never truncated: a reader that has it open keeps what it opened.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string temporary = Temporary(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception failure)
        {
            File.Delete(temporary);
            // A full disk is told of with the file that was written, which nobody asked for.
            if (failure.GetType() != typeof(IOException)) throw;
            throw new IOException(failure.Message.Replace(temporary, target, StringComparison.Ordinal), failure);
        }
    }

    private static string Temporary(string target)
        => Path.Combine(Path.GetDirectoryName(target)!, $".rubato-{Guid.NewGuid():N}.tmp");
}
