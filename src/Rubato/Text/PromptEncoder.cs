using Rubato.Tensors;

namespace Rubato.Text;

/// <summary>Reads prompts for a model of classes: which of them is asked for, or none.</summary>
/// <param name="classes">Names by index.</param>
/// <param name="scores">From a prompt to scores [1, classes + 1], the last of none.</param>
internal sealed class PromptEncoder(IReadOnlyList<string> classes, Func<string, Tensor> scores)
{
    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> Classes => classes;

    /// <summary>Reads a prompt; of several classes it asks for the one that is named first.</summary>
    public PromptReading Read(string prompt)
    {
        using Scope scope = Scope.Begin();
        float[] odds = scores(prompt).Softmax(-1).ToArray();
        int best = Array.IndexOf(odds, odds.Max());
        return new PromptReading(best < classes.Count ? best : null, odds[best]);
    }
}
