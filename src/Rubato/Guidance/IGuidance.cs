using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Guidance;

/// <summary>
/// A rule about guidance: at which levels both branches are asked for, or what becomes of their combination. Rules
/// compose: first all select, then classifier-free guidance combines, then all adjust, in the order given.
/// </summary>
public interface IGuidance : IAdaptation
{
    /// <summary>The rule for one trajectory; what it remembers belongs to that.</summary>
    IGuidanceRule Begin();
}

/// <summary>A guidance rule at work in one trajectory.</summary>
public interface IGuidanceRule
{
    /// <summary>Narrows the branches that are to be asked for.</summary>
    Branches Select(EvaluationPoint point, Branches branches) => branches;

    /// <summary>Sees what came back, before it is combined.</summary>
    void Observe(EvaluationContext context, BranchOutputs outputs)
    {
    }

    /// <summary>Changes the combined output.</summary>
    Tensor Adjust(Tensor combined, BranchOutputs outputs) => combined;
}

/// <summary>What a rule knows of the evaluation that it observes.</summary>
/// <param name="Point">Where the trajectory stands.</param>
/// <param name="State">The state that was asked for.</param>
/// <param name="TotalSteps">Steps of the grid.</param>
/// <param name="NoiseOf">The noise that an output stands for at this state.</param>
/// <param name="Trace">Where decisions are noted.</param>
public readonly record struct EvaluationContext(
    EvaluationPoint Point, Tensor State, int TotalSteps, Func<Tensor, Tensor> NoiseOf, TraceEntry Trace);
