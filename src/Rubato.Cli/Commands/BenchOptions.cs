using System.CommandLine;
using System.Globalization;
using Rubato.Tensors.Threads;

namespace Rubato.Cli.Commands;

/// <summary>The options of every benchmark.</summary>
/// <param name="page">The page where none is named.</param>
internal sealed class BenchOptions(string page)
{
    public Option<string?> Model { get; } = new("--model", "-m")
    {
        Description = $"The model's folder, or the name of a bundled model [default: {string.Join(", else ", ModelFinder.Defaults)}]",
        HelpName = "folder",
    };

    public Option<bool> Quick { get; } = new("--quick") { Description = "Few seeds and settings: whether it runs, not what it shows" };

    public Option<string?> Cache { get; } = new("--cache")
    {
        Description = "Where finished runs are kept; a run that was interrupted goes on from there [default: NAME.cache beside the page]",
        HelpName = "folder",
    };

    public Option<int?> Threads { get; } = DrawingOptions.Option<int?>("--threads", ["-t"], "number", "Threads to use [default: all cores]",
        tokens => DrawingOptions.Threads(tokens[0].Value));

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "The page to write; NAME.json beside it holds the same numbers",
        HelpName = "file",
        DefaultValueFactory = _ => page,
    };

    /// <summary>The page and the folder of runs; makes the threads that the line asks for.</summary>
    public (string Page, string Cache) Read(ParseResult result)
    {
        string path = OutputFile.Check(result.GetRequiredValue(Output), "--output", "the page is HTML", BenchRun.Extension);
        if (result.GetValue(Threads) is { } number) WorkerTeam.Current = new WorkerTeam(number);
        return (path, OutputFile.CheckFolder(result.GetValue(Cache) ?? Path.ChangeExtension(path, ".cache"), Cache.Name));
    }

    /// <summary>An option for a number in a range, whose end is the default unless one is named.</summary>
    public static Option<int?> Number(string name, int least, int most, string what, string more = "", int? standard = null)
        => DrawingOptions.Option<int?>(name, [], "number", $"{what}, {least} to {most}{more} [default: {standard ?? most}]",
            tokens => DrawingOptions.Whole<int>(tokens[0].Value) is var number && number >= least && number <= most ? number
                : throw new FormatException($"must be a whole number from {least} to {most}"));

    /// <summary>An option for parts of a study; their names are those of the flags.</summary>
    /// <param name="names">With commas between them.</param>
    public static Option<T?> Sections<T>(string names)
        where T : struct, Enum
        => DrawingOptions.Option<T?>("--sections", [], "names", $"What is measured: {names}, with commas between them [default: all]",
            tokens => (T)Enum.ToObject(typeof(T), tokens[0].Value.Split(',').Aggregate(0, (all, name) => all | Section<T>(name.Trim(), names))));

    private static int Section<T>(string name, string names)
        where T : struct, Enum
        => names.Split(", ").Append("all").Contains(name, StringComparer.OrdinalIgnoreCase)
            ? Convert.ToInt32(Enum.Parse<T>(name, ignoreCase: true), CultureInfo.InvariantCulture)
            : throw new FormatException($"must be of {names}");
}
