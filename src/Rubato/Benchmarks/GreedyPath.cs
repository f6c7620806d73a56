using Rubato.Engine;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>
/// The path that a greedy search holds for the best: from the full run, the evaluation whose absence moves the final state
/// least is given up, again and again. Section 3 of the AdaptiveDiffusion paper, steps reconstructed.
/// </summary>
internal static class GreedyPath
{
    /// <summary>Searches.</summary>
    /// <param name="steps">Of the grid.</param>
    /// <param name="evaluations">How many steps are to evaluate in the end.</param>
    /// <param name="run">Makes a run by a pattern.</param>
    public static async Task<(StepPattern Pattern, Sample Sample)> FindAsync(int steps, int evaluations, Func<StepPattern, Task<Sample>> run)
    {
        bool[] kept = [.. Enumerable.Repeat(true, steps)];
        Sample full = await run(StepPattern.Of(kept)).ConfigureAwait(false), best = full;
        for (int left = steps; left > evaluations; left--)
        {
            int[] candidates = [.. Enumerable.Range(1, steps - 1).Where(step => kept[step])];
            Sample[] samples = await Task.WhenAll(candidates.Select(step => run(StepPattern.Of(kept.Select((keep, i)
                => keep && i != step))))).ConfigureAwait(false);
            int nearest = Enumerable.Range(0, candidates.Length).MinBy(i => (samples[i].State - full.State).Norm());
            kept[candidates[nearest]] = false;
            best = samples[nearest];
        }

        return (StepPattern.Of(kept), best);
    }

    /// <summary>About how many evaluations a search makes: those before the step that is tried are remembered.</summary>
    public static int Cost(Setting setting, int evaluations)
    {
        int cost = setting.Steps;
        for (int left = setting.Steps; left > evaluations; left--) cost += (left - 1) * left / 2;
        return cost * setting.Branches;
    }
}

/// <summary>
/// Answers for a state that was asked for before at the same step, bit for bit, without the network: runs that begin alike
/// share their beginning. Stands next to the network.
/// </summary>
internal sealed record RememberedOutputs : IPolicy
{
    private readonly Dictionary<(int Step, UInt128 State), BranchOutputs> _outputs = [];

    /// <inheritdoc/>
    public string Description => "remembered";

    /// <inheritdoc/>
    public IBranchEvaluator Wrap(IBranchEvaluator inner, Trace trace) => new Run(_outputs, inner);

    private sealed class Run(Dictionary<(int Step, UInt128 State), BranchOutputs> outputs, IBranchEvaluator inner) : IBranchEvaluator
    {
        public async Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan()));
            (int, UInt128) key = (point.Step, System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash));
            if (!outputs.TryGetValue(key, out BranchOutputs found))
                outputs[key] = found = await inner.EvaluateAsync(x, point, branches).ConfigureAwait(false);
            return found;
        }
    }
}
