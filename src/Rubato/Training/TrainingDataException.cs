using Rubato.Files;

namespace Rubato.Training;

/// <summary>What is to be trained on is not as it should be. The message says where, what is wrong and what would be right.</summary>
public sealed class TrainingDataException : Exception
{
    internal TrainingDataException(string path, string problem, string expected)
        : base($"{Printable.Escape(path)}: {problem}; {expected}.")
    {
    }
}
