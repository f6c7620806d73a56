namespace Rubato.Files;

/// <summary>Writes a file so that its name holds the old bytes or the new ones, and never a part of them.</summary>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// Calls <paramref name="write"/> with a stream on a temporary file in the same folder, flushes that to the disk and
    /// renames it. An existing file is replaced, never truncated: a reader that has it open keeps what it opened.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".rubato-{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
