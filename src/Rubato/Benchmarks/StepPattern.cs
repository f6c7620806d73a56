using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>What happens at a step of a <see cref="StepPattern"/>.</summary>
internal enum StepAction
{
    /// <summary>The network is run.</summary>
    Evaluate = '1',

    /// <summary>The last output is used again.</summary>
    Hold = '0',

    /// <summary>The line through the last two outputs is continued: 2 o_j - o_i, as ZEUS does.</summary>
    Extrapolate = '/',
}

/// <summary>Evaluates the steps that are written down, whatever the sample does: the controls of an adaptive policy.</summary>
/// <param name="Actions">One for each step; the first evaluates.</param>
internal sealed record StepPattern(IReadOnlyList<StepAction> Actions) : IPolicy
{
    private const int ZeusPeriod = 3;   // of three steps one evaluates (arXiv:2604.01552)

    /// <inheritdoc/>
    public string Description => $"pattern:{string.Concat(Actions.Select(action => (char)action))}";

    /// <summary>Steps that evaluate.</summary>
    public int Evaluations => Actions.Count(action => action == StepAction.Evaluate);

    /// <summary>The steps that a mask evaluates; the others hold.</summary>
    public static StepPattern Of(IEnumerable<bool> evaluated)
        => new([.. evaluated.Select(evaluate => evaluate ? StepAction.Evaluate : StepAction.Hold)]);

    /// <summary>Evaluations as evenly spread as they can be, the first step among them.</summary>
    public static StepPattern Even(int evaluations, int steps)
        => Of(Enumerable.Range(0, steps).Select(step => step == 0
            || (long)step * evaluations / steps > (long)(step - 1) * evaluations / steps));

    /// <summary>
    /// ZEUS's pattern: every step at the start and at the last tenth, one of three between, where the first step after an
    /// evaluation holds and the second extrapolates. Its start is made as long as the number of evaluations asks for; few
    /// of them lengthen the period. Its third-order interpolation late in the run is left out.
    /// </summary>
    public static StepPattern Zeus(int evaluations, int steps)
    {
        // The longest start that leaves enough; longer periods where even the shortest start has too many.
        for (int period = ZeusPeriod; ; period++)
        {
            for (int end = steps - steps / 10; end <= steps; end++)
            {
                for (int start = end; start >= 2; start--)
                {
                    StepPattern pattern = Zeus(start, end, period, steps);
                    if (pattern.Evaluations == evaluations) return pattern;
                }
            }

            if (period > steps) return Even(evaluations, steps);
        }
    }

    /// <inheritdoc/>
    public IBranchEvaluator Wrap(IBranchEvaluator inner, Trace trace) => new Run(Actions, inner);

    private static StepPattern Zeus(int start, int end, int period, int steps)
        => new([.. Enumerable.Range(0, steps).Select(step => step < start || step >= end ? StepAction.Evaluate
            : ((step - start + 1) % period) switch
            {
                0 => StepAction.Evaluate,
                1 => StepAction.Hold,
                _ => StepAction.Extrapolate,
            })]);

    private sealed class Run(IReadOnlyList<StepAction> actions, IBranchEvaluator inner) : IBranchEvaluator
    {
        private BranchOutputs? _last, _before;

        public async Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            StepAction action = actions[point.Step];
            if (action == StepAction.Evaluate || _last is not { } last || (last.Present & branches) != branches)
            {
                _before = _last;
                _last = last = await inner.EvaluateAsync(x, point, branches).ConfigureAwait(false);
                return last;
            }

            if (action == StepAction.Hold || _before is not { } before) return last.AsStale();
            return new BranchOutputs(Continue(last.Conditional, before.Conditional), Continue(last.Unconditional, before.Unconditional)).AsStale();
        }

        private static BranchOutput? Continue(BranchOutput? last, BranchOutput? before)
            => last is { } newer && before is { } older
                ? newer with { Output = LinearCombination.Of((2, newer.Output), (-1, older.Output)) } : last;
    }
}
