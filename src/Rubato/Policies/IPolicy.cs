using Rubato.Sampling;

namespace Rubato.Policies;

/// <summary>
/// Decides, for the branches that guidance asks for, whether the network is run or an earlier output serves. A policy
/// wraps; what it remembers belongs to one trajectory.
/// </summary>
public interface IPolicy : IAdaptation
{
    /// <summary>Wraps the evaluator of one trajectory.</summary>
    /// <param name="inner">What runs the network, or another policy.</param>
    /// <param name="trace">Where decisions are noted.</param>
    IBranchEvaluator Wrap(IBranchEvaluator inner, Trace trace);
}
