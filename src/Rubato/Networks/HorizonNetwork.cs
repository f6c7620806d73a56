using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks;

/// <summary>
/// CTS, the module of AC-Diff that looks at a condition and tells how many steps it takes (Xing et al. 2024, arXiv:2411.15199).
/// Both encoders, of the class and of the structure, and what it answers, the three numbers of an error law, are a
/// reconstruction: the paper has CLIP's encoders and a number of steps.
/// </summary>
/// <remarks>Immutable once built; may be asked on several threads.</remarks>
internal sealed class HorizonNetwork
{
    /// <summary>Numbers of an answer that is an error law.</summary>
    public const int Answers = 3;

    private const int ClassWidth = 16, Hidden = 128;
    private const float Epsilon = 1e-5f;
    private static readonly int[] Widths = [16, 32, 32, 32];

    private readonly Embedding _classes;
    private readonly Conv2d[] _structure;
    private readonly LayerNorm _norm;
    private readonly Linear _first, _second, _answer;

    /// <summary>Reads the network from the root of its state dictionary.</summary>
    /// <param name="weights">The root.</param>
    /// <param name="classes">How many there are; behind them the table has a row for none.</param>
    /// <param name="channels">Of structure.</param>
    /// <param name="statistics">Numbers that describe the structure.</param>
    /// <param name="answers">Numbers of an answer.</param>
    /// <exception cref="WeightsException">Tensors are missing, misshapen or unexpected; it lists all of them.</exception>
    public HorizonNetwork(Weights weights, int classes, int channels, int statistics, int answers = Answers)
    {
        _classes = Embedding.Load(weights["classes"], classes + 1, ClassWidth);
        _structure = new Conv2d[Widths.Length];
        for (int i = 0; i < Widths.Length; i++)
        {
            _structure[i] = Conv2d.Load(weights["structure"][i], i == 0 ? channels : Widths[i - 1], Widths[i], kernel: 3,
                ConvOptions.Same(1) with { Stride = (2, 2) });
        }

        int features = ClassWidth + Widths[^1] + statistics;
        _norm = LayerNorm.Load(weights["norm"], [features], Epsilon);
        _first = Linear.Load(weights["first"], features, Hidden);
        _second = Linear.Load(weights["second"], Hidden, Hidden);
        _answer = Linear.Load(weights["answer"], Hidden, answers);
        weights.Verify();
    }

    /// <summary>Answers, before they are brought into their ranges.</summary>
    /// <param name="classes">[N]; the number behind the last class for none.</param>
    /// <param name="structure">[N, C, H, W], zeros for none.</param>
    /// <param name="statistics">[N, S], zeros for none.</param>
    /// <returns>[N, A], A numbers of an answer</returns>
    public Tensor Evaluate(int[] classes, Tensor structure, Tensor statistics)
    {
        Tensor h = structure.ToChannelsLast();
        foreach (Conv2d layer in _structure) h = layer.Forward(h, Activation.Silu);
        Tensor features = Concatenation.Concat(-1, _classes.Forward(classes), h.Mean(1, 2).Reshape(classes.Length, -1), statistics);
        return _answer.Forward(_second.Forward(_first.Forward(_norm.Forward(features), Activation.Silu), Activation.Silu));
    }
}
