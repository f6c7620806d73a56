using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>What a solver asks: given the state, what are the clean sample and the noise?</summary>
public interface IDenoiser
{
    /// <summary>Suspends the trajectory; its evaluations run together with those of other samples.</summary>
    /// <param name="x">The state, [n, C, H, W], in the coordinates of the point's level.</param>
    /// <param name="point">Where the trajectory stands.</param>
    Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point);
}

/// <summary>The branches of one evaluation; a combined prediction is made of them.</summary>
[Flags]
public enum Branches
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>With the sample's condition, or the only branch of a model without one.</summary>
    Conditional = 1,

    /// <summary>Without condition, or with the negative one.</summary>
    Unconditional = 2,

    /// <summary>Both: two evaluations.</summary>
    Both = Conditional | Unconditional,
}

/// <summary>One branch as it came back.</summary>
/// <param name="Output">The network's raw output, [n, C, H, W].</param>
/// <param name="Level">The level at which it was evaluated: that of an earlier step where it was reused.</param>
/// <param name="Fresh">Whether it was evaluated for this very state.</param>
public readonly record struct BranchOutput(Tensor Output, Processes.Level Level, bool Fresh);

/// <summary>The branches that were asked for.</summary>
/// <param name="Conditional">Null where it was not asked for.</param>
/// <param name="Unconditional">Null where it was not asked for.</param>
public readonly record struct BranchOutputs(BranchOutput? Conditional, BranchOutput? Unconditional)
{
    /// <summary>Which branches are here.</summary>
    public Branches Present => (Conditional is null ? Branches.None : Branches.Conditional)
        | (Unconditional is null ? Branches.None : Branches.Unconditional);

    /// <summary>Whether every branch here was evaluated for this very state.</summary>
    public bool Fresh => (Conditional?.Fresh ?? true) && (Unconditional?.Fresh ?? true);

    /// <summary>The branches as a later step sees them.</summary>
    public BranchOutputs AsStale() => new(
        Conditional is { } c ? c with { Fresh = false } : null,
        Unconditional is { } u ? u with { Fresh = false } : null);
}

/// <summary>What guidance asks, and what a policy wraps: the raw branches of an evaluation.</summary>
public interface IBranchEvaluator
{
    /// <summary>Answers at least the branches asked for.</summary>
    Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches);
}
