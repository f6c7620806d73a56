using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training;

/// <summary>Moves all parameters by the optimiser of the options, and holds what it remembers.</summary>
internal sealed class TrainingSteps
{
    // Their rows are classes or pixels' colours, not directions that features share.
    private static readonly string[] NoMatrices = ["conv_in.weight", "conv_out.weight", "class_embedding.weight"];

    private readonly AdamW _adamW;
    private readonly Muon _muon;

    public TrainingSteps(ParameterSet parameters, TrainingOptions options)
    {
        Parameter[] all = [.. parameters.All];
        bool[] matrices = [.. all.Select(parameter => options.Optimiser == TrainingOptimiser.Muon
            && parameter.Value.Shape.Rank >= 2 && !NoMatrices.Contains(parameter.Name))];
        _muon = new Muon(all.Where((_, i) => matrices[i]), new MuonOptions { WeightDecay = options.WeightDecay });
        _adamW = new AdamW(all.Where((_, i) => !matrices[i]),
            new AdamWOptions { Beta2 = options.Beta2, WeightDecay = options.WeightDecay });
        var means = new Tensor[all.Length];
        var squares = new Tensor?[all.Length];
        for (int i = 0, matrix = 0, other = 0; i < all.Length; i++)
        {
            means[i] = matrices[i] ? _muon.Means[matrix++] : _adamW.Means[other];
            squares[i] = matrices[i] ? null : _adamW.Squares[other++];
        }

        (Means, Squares) = (means, squares);
    }

    /// <summary>Steps done.</summary>
    public long Steps
    {
        get => _adamW.Steps;
        set => _adamW.Steps = value;
    }

    /// <summary>Running means of the gradients, in the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>Running means of their squares; null where the optimiser needs none.</summary>
    public IReadOnlyList<Tensor?> Squares { get; }

    public void Step(double rate, double gradientScale)
    {
        _adamW.Step(rate, gradientScale);
        _muon.Step(rate, gradientScale);
    }
}
