using Rubato.Tensors;

namespace Rubato.Policies;

/// <summary>What <see cref="AdaptiveDiffusion"/> compares with its threshold.</summary>
public enum SkipOrder
{
    /// <summary>
    /// |(d0 + d2) / 2 - d1| / d1 over the lengths of the last three moves, newest first: the published code.
    /// </summary>
    Third,

    /// <summary>|d0 - d1| / d1: one difference less. A reconstruction; the paper compares orders, its code has one.</summary>
    Second,

    /// <summary>d0 / mean|x|: the move itself, relative to the state. A reconstruction.</summary>
    First,

    /// <summary>
    /// ||D0 - 2 D1 + D2|| / ||D0|| over the last three moves as vectors: the paper's formula. Turns count, which lengths
    /// do not see.
    /// </summary>
    Vector,
}

/// <summary>Whether a move is measured with the noise that a stochastic solver adds at its end.</summary>
public enum StepNoise
{
    /// <summary>
    /// Without: up to the state before noise was added. Noise hides how evenly the state moves. Ours, a reconstruction.
    /// </summary>
    Excluded,

    /// <summary>With: from state to state, as the published code does.</summary>
    Included,
}

/// <summary>The criterion of one trajectory, from its moves.</summary>
internal sealed class SkipCriterion(SkipOrder order)
{
    private readonly List<double> _lengths = [];
    private readonly List<Tensor> _moves = [];

    /// <summary>Takes in the length of a move; for the orders that need no more.</summary>
    /// <returns>Null before there are three.</returns>
    public double? Add(double length)
    {
        _lengths.Add(length);
        return _lengths.Count < 3 ? null : order == SkipOrder.Second ? Relative(Math.Abs(_lengths[^1] - _lengths[^2]), _lengths[^2])
            : AdaptiveDiffusion.Measure(_lengths[^1], _lengths[^2], _lengths[^3]);
    }

    /// <summary>Takes in a move.</summary>
    /// <param name="from">Where it began.</param>
    /// <param name="to">Where it ended.</param>
    /// <returns>Null before there are three.</returns>
    public double? Add(Tensor from, Tensor to)
    {
        double length = to.MeanAbsoluteDifference(from);
        double? ofLengths = Add(length);
        if (order == SkipOrder.First && ofLengths is not null) return Relative(length, to.MeanAbsoluteDifference(Tensor.Zeros(to.Shape)));
        if (order != SkipOrder.Vector) return ofLengths;
        _moves.Add(to - from);
        if (_moves.Count > 3) _moves.RemoveAt(0);
        return ofLengths is null ? null
            : Relative(LinearCombination.Of((1, _moves[2]), (-2, _moves[1]), (1, _moves[0])).Norm(), _moves[2].Norm());
    }

    /// <summary>A part of a whole; nothing is no part, even of nothing.</summary>
    internal static double Relative(double part, double whole) => part == 0 ? 0 : part / whole;
}
