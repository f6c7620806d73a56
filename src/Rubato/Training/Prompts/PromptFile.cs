using Rubato.Files;

namespace Rubato.Training.Prompts;

/// <summary>
/// Reads the text files that training on prompts has: sections that begin with <c>[name]</c>, entries below; lines that
/// begin with # and empty lines say nothing.
/// </summary>
internal static class PromptFile
{
    private const long MostBytes = 64 << 20;

    /// <summary>The sections in their order, each with its lines.</summary>
    /// <exception cref="TrainingDataException">A section stands twice, or a line stands before the first.</exception>
    public static List<(string Name, List<string> Lines)> Sections(string path)
    {
        var sections = new List<(string Name, List<string> Lines)>();
        foreach ((int number, string line) in Lines(path).Index())
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[' && line[^1] == ']' && sections.All(section => section.Name != line[1..^1])) sections.Add((line[1..^1], []));
            else if (line[0] != '[' && sections.Count > 0) sections[^1].Lines.Add(line);
            else throw Wrong(path, number, line, "entries stand below a [section], and each section stands once");
        }

        return sections;
    }

    /// <summary>The lines of a file, without blanks at their ends.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TrainingDataException">The file is larger than a text that a person reads.</exception>
    public static string[] Lines(string path) => InputFile.Find(path).Length <= MostBytes
        ? [.. File.ReadLines(path).Select(line => line.Trim())]
        : throw new TrainingDataException(path, "is too large", $"such a file has at most {MostBytes} bytes");

    /// <summary>The entries of a line, with commas between them.</summary>
    public static string[] Entries(string line) => line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is told of a line, numbered from 0 here and from 1 there.</summary>
    public static TrainingDataException Wrong(string path, int number, string line, string expected)
        => new(path, $"has \"{Printable.Escape(line)}\" in line {number + 1}", expected);
}
