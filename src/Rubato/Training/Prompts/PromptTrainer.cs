using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Text;

namespace Rubato.Training.Prompts;

/// <summary>
/// Trains a <see cref="PromptNetwork"/> by cross-entropy with AdamW, whose rate falls to 0. The bits depend on the data, the
/// options and the family of kernels alone.
/// </summary>
internal sealed class PromptTrainer
{
    private const int Batch = 64, Width = 64;
    private const double Rate = 0.003, WeightDecay = 0.01;

    private readonly ParameterSet _parameters = new();
    private readonly PromptRows _rows;
    private readonly PromptExamples _examples;
    private readonly PromptNetwork _network;
    private readonly AdamW _optimiser;
    private readonly PromptData _data;

    /// <summary>A new run.</summary>
    /// <param name="data">What is read.</param>
    /// <param name="tokenizer">Splits it.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="seed">Seed of everything random.</param>
    public PromptTrainer(PromptData data, ClipTokenizer tokenizer, int steps, long seed)
    {
        (_data, Steps) = (data, steps);
        _rows = new PromptRows(tokenizer, data.TokensWith(tokenizer));
        _examples = new PromptExamples(data, _rows, tokenizer, seed);
        _network = new PromptNetwork(new Weights(_parameters), _rows.Count, Width, data.Classes.Count + 1);
        Initialisation.Fill(_parameters, seed);
        _optimiser = new AdamW(_parameters.All, new AdamWOptions { WeightDecay = WeightDecay });
    }

    /// <summary>Steps of the run.</summary>
    public int Steps { get; }

    /// <summary>Steps done.</summary>
    public int Done { get; private set; }

    /// <summary>Shows the network a batch and moves the weights.</summary>
    /// <returns>The loss of the batch.</returns>
    public double Step()
    {
        (int[] Rows, int Class)[] batch = [.. Enumerable.Range(0, Batch).Select(i => _examples.At((long)Done * Batch + i))];
        _parameters.ClearGradients();
        using (Tape tape = Tape.Begin())
        {
            Tensor loss = _network.Evaluate([.. batch.Select(example => example.Rows)])
                .CrossEntropy([.. batch.Select(example => example.Class)]);
            tape.Backward(loss, Tensor.Full(loss.Shape, 1));
            _optimiser.Step(Rate * (1 - (double)Done / Steps));
            Done++;
            return loss.AsSpan()[0];
        }
    }

    /// <summary>How the captions that judge are understood.</summary>
    public PromptScore Judge() => PromptScore.Of(new PromptEncoder(_data.Classes, _rows, _network), _data.Captions.Judging);

    /// <summary>Writes configuration and weights, in float16, into a folder.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Export(string folder) => PromptModel.Export(folder, _data.Classes, _rows.Tokens, Width, _parameters);
}
