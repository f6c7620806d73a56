using Rubato.Files;

namespace Rubato.Imaging;

/// <summary>A picture file breaks a rule. The message says where, what is wrong and what would be right.</summary>
public sealed class PictureException : Exception
{
    internal PictureException(string file, string? chunk, string problem, string expected, Exception? cause = null)
        : base($"{Printable.Escape(file)}: {(chunk is null ? "" : $"chunk {chunk} ")}{problem}; {expected}", cause)
    {
        File = file;
        Chunk = chunk;
        Problem = problem;
        Expected = expected;
    }

    /// <summary>The path or the name that the reader was given.</summary>
    public string File { get; }

    /// <summary>The chunk at fault, such as <c>IHDR</c>; null where it is the file as a whole.</summary>
    public string? Chunk { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What would be right.</summary>
    public string Expected { get; }
}
