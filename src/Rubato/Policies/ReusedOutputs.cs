using Rubato.Sampling;

namespace Rubato.Policies;

/// <summary>The last outputs of a trajectory, by stage: each stage of a solver reuses its own.</summary>
internal sealed class ReusedOutputs
{
    private readonly Dictionary<int, BranchOutputs> _byStage = [];

    /// <summary>The last outputs, marked as stale, if they hold all branches asked for.</summary>
    public bool TryGet(EvaluationPoint point, Branches branches, out BranchOutputs outputs)
    {
        bool found = _byStage.TryGetValue(point.Stage, out outputs) && (outputs.Present & branches) == branches;
        outputs = outputs.AsStale();
        return found;
    }

    /// <summary>Keeps fresh outputs, and returns them.</summary>
    public BranchOutputs Keep(EvaluationPoint point, BranchOutputs outputs) => _byStage[point.Stage] = outputs;
}
