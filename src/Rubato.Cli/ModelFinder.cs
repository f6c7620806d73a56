using Rubato.Checkpoints;
using Rubato.Files;

namespace Rubato.Cli;

/// <summary>Finds the folder of a model: one that the user names, or one that comes with the command.</summary>
internal static class ModelFinder
{
    /// <summary>The bundled models that are used where none is named: the first that is there.</summary>
    public static readonly IReadOnlyList<string> Defaults = ["acdiff", "cifar10", "mnist"];

    private const string Models = "models", EvaluationName = "evaluation";

    /// <summary>A path, or the name of a bundled model.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public static string Find(string? named)
    {
        if (named is null)
        {
            return Defaults.Select(Bundled).FirstOrDefault(found => found is not null)
                ?? throw new UsageException($"no bundled model ({string.Join(", ", Defaults.Select(name => $"{Models}/{name}"))}) is beside "
                    + "the command or above this folder; --model names another.");
        }

        if (Directory.Exists(named) || File.Exists(named)) return named;
        bool isName = ModelFolder.IsPlainFileName(named);
        return isName && Bundled(named) is { } folder ? folder
            : throw new UsageException($"{Printable.Escape(named)} is no folder{(isName ? " and no bundled model" : "")}; "
                + "--model takes a model's folder in diffusers' layout, or the name of a bundled one.");
    }

    /// <summary>The folder of what judges pictures.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static string Evaluation() => EvaluationIfThere() ?? throw new UsageException(
        $"{Models}/{EvaluationName}, which holds what judges pictures, is neither beside the command nor above this folder.");

    /// <summary>The folder of what judges pictures; null where it is not there.</summary>
    public static string? EvaluationIfThere() => Bundled(EvaluationName);

    /// <summary>Looks in the folder models beside the executable, and in those above it; then the same from the current folder.</summary>
    private static string? Bundled(string name)
    {
        foreach (string start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
            {
                string folder = Path.Combine(at.FullName, Models, name);
                if (Directory.Exists(folder)) return folder;
            }
        }

        return null;
    }
}
