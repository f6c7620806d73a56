using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>A model file breaks a rule. The message says where, what is wrong and what would be right.</summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string file, string problem, string expected, Exception? cause = null)
        : this(file, tensor: null, key: null, problem, expected, cause)
    {
    }

    private CheckpointException(
        string file, string? tensor, string? key, string problem, string expected, Exception? cause = null)
        : base($"{Printable.Escape(file)}: {Place(tensor, key)}{problem}; {expected}", cause)
    {
        File = file;
        Tensor = tensor;
        Key = key;
        Problem = problem;
        Expected = expected;
    }

    /// <summary>Path of the file or folder, as it was opened.</summary>
    public string File { get; }

    /// <summary>Name of the tensor, unescaped: do not print it to a terminal. Null where no one tensor is at fault.</summary>
    public string? Tensor { get; }

    /// <summary>Key in a configuration (<c>outer.inner</c>), unescaped. Null where no one key is at fault.</summary>
    public string? Key { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What would be right.</summary>
    public string Expected { get; }

    internal static CheckpointException OfTensor(string file, string tensor, string problem, string expected) =>
        new(file, tensor, key: null, problem, expected);

    internal static CheckpointException OfKey(string file, string key, string problem, string expected) =>
        new(file, tensor: null, key, problem, expected);

    private static string Place(string? tensor, string? key) => (tensor, key) switch
    {
        (not null, _) => $"tensor \"{Printable.Escape(tensor)}\" ",
        (_, not null) => $"key \"{Printable.Escape(key)}\" ",
        _ => "",
    };
}
