using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>What a <see cref="PromptTrainer"/> teaches: a network of some kind, new and without weights yet.</summary>
internal interface IPromptLearner
{
    /// <summary>What is learned.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Splits the prompts that are shown.</summary>
    ClipTokenizer Tokenizer { get; }

    /// <summary>How many different prompts it is shown at most.</summary>
    long Prompts { get; }

    /// <summary>Scores of prompts.</summary>
    /// <param name="prompts">Their tokens; <see cref="PromptExamples.Unknown"/> where one is not understood.</param>
    /// <returns>[prompts, classes + 1]</returns>
    Tensor Evaluate(IReadOnlyList<int[]> prompts);

    /// <summary>Writes the folder that <see cref="Pipelines.PromptFolder"/> reads; files that are there are replaced.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    void Export(string folder);
}
