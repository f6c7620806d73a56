using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>
/// Trains what reads prompts by cross-entropy with AdamW, whose rate falls to 0. The bits depend on the data, the options and
/// the family of kernels alone.
/// </summary>
internal sealed class PromptTrainer
{
    private const int Batch = 64;
    private const double Rate = 0.003, WeightDecay = 0.01;

    private readonly IPromptLearner _learner;
    private readonly PromptExamples _examples;
    private readonly AdamW _optimiser;
    private readonly PromptData _data;

    /// <summary>A new run.</summary>
    /// <param name="data">What is read.</param>
    /// <param name="learner">What learns from it.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="seed">Seed of everything random.</param>
    public PromptTrainer(PromptData data, IPromptLearner learner, int steps, long seed)
    {
        (_data, _learner, Steps) = (data, learner, steps);
        _examples = new PromptExamples(data, learner.Tokenizer, seed);
        Initialisation.Fill(learner.Parameters, seed);
        _optimiser = new AdamW(learner.Parameters.All, new AdamWOptions { WeightDecay = WeightDecay });
    }

    /// <summary>Steps of the run.</summary>
    public int Steps { get; }

    /// <summary>Steps done.</summary>
    public int Done { get; private set; }

    /// <summary>Shows the learner a batch and moves the weights.</summary>
    /// <returns>The loss of the batch.</returns>
    public double Step()
    {
        (int[] Tokens, int Class)[] batch =
            [.. Enumerable.Range(0, Batch).Select(i => _examples.At(((long)Done * Batch + i) % _learner.Prompts))];
        _learner.Parameters.ClearGradients();
        using (Tape tape = Tape.Begin())
        {
            Tensor loss = _learner.Evaluate([.. batch.Select(example => example.Tokens)])
                .CrossEntropy([.. batch.Select(example => example.Class)]);
            tape.Backward(loss, Tensor.Full(loss.Shape, 1));
            _optimiser.Step(Rate * (1 - (double)Done / Steps));
            Done++;
            return loss.AsSpan()[0];
        }
    }

    /// <summary>What reads prompts as the learner stands.</summary>
    public PromptEncoder Encoder => new(_data.Classes, prompt => _learner.Evaluate([_learner.Tokenizer.Encode(prompt, PromptRows.MostTokens)]));

    /// <summary>How the captions that judge are understood.</summary>
    public PromptScore Judge() => PromptScore.Of(Encoder, _data.Captions.Judging);
}
