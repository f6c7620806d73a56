using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>How many prompts were understood.</summary>
/// <param name="ClassesRight">Of those that ask for a class, how many were read as that class.</param>
/// <param name="Classes">How many ask for a class.</param>
/// <param name="NoneRight">Of those that ask for none, how many were read so.</param>
/// <param name="None">How many ask for none.</param>
internal readonly record struct PromptScore(int ClassesRight, int Classes, int NoneRight, int None)
{
    /// <summary>Reads all prompts.</summary>
    public static PromptScore Of(PromptEncoder encoder, IReadOnlyList<LabelledPrompt> prompts)
    {
        var score = default(PromptScore);
        foreach (LabelledPrompt prompt in prompts)
        {
            bool isNone = prompt.Class == encoder.Classes.Count;
            int right = encoder.Read(prompt.Text).Class == (isNone ? null : prompt.Class) ? 1 : 0;
            score = isNone ? score with { None = score.None + 1, NoneRight = score.NoneRight + right }
                : score with { Classes = score.Classes + 1, ClassesRight = score.ClassesRight + right };
        }

        return score;
    }
}
