using Rubato.Benchmarks;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Benchmarks;

public sealed class StepPatternTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(50)]
    public void Patterns_have_the_evaluations_that_are_asked_for(int steps)
    {
        for (int evaluations = 1; evaluations <= steps; evaluations++)
        {
            foreach (StepPattern pattern in (StepPattern[])[StepPattern.Even(evaluations, steps), StepPattern.Zeus(evaluations, steps)])
            {
                Assert.Equal((steps, evaluations), (pattern.Actions.Count, pattern.Evaluations));
                Assert.Equal(StepAction.Evaluate, pattern.Actions[0]);
            }
        }
    }

    [Fact]
    public void Even_patterns_differ_by_at_most_one_step_between_evaluations()
    {
        int[] at = [.. StepPattern.Even(30, 50).Actions.Index().Where(action => action.Item == StepAction.Evaluate).Select(action => action.Index)];
        Assert.Equal([1, 2], at.Zip(at.Skip(1), (a, b) => b - a).Distinct().Order());
    }

    [Fact]
    public void Zeus_skips_two_of_three_steps_between_its_ends()
        => Assert.Equal("11111111110/10/10/10/10/10/10/10/10/10/10/10/11111", string.Concat(StepPattern.Zeus(26, 50).Actions.Select(action => (char)action)));

    [Fact]
    public async Task Held_and_extrapolated_outputs_are_those_of_the_definition()
    {
        IBranchEvaluator run = new StepPattern([.. "110/1".Select(action => (StepAction)action)]).Wrap(new Squares(), new Trace());
        var got = new List<float>();
        for (int step = 0; step < 5; step++)
        {
            BranchOutputs outputs = await run.EvaluateAsync(Tensor.Zeros([1]), new EvaluationPoint(step, 0, new Level(1, 1, step)), Branches.Both);
            Assert.Equal(step is 0 or 1 or 4, outputs.Fresh);
            Assert.Equal(outputs.Conditional!.Value.Output.AsSpan()[0], -outputs.Unconditional!.Value.Output.AsSpan()[0]);
            got.Add(outputs.Conditional.Value.Output.AsSpan()[0]);
        }

        Assert.Equal([1, 4, 4, 7, 25], got);   // held 4, then 2 4 - 1
    }

    [Fact]
    public void Whole_shares_have_the_mean_that_is_asked_for()
    {
        int[] shares = StudyGroup.Shares(30.296875, 64);
        Assert.Equal(30.296875, shares.Average(), 1e-12);
        Assert.Equal([30, 31], shares.Distinct().Order());
        Assert.All(StudyGroup.Shares(7, 3), share => Assert.Equal(7, share));
    }

    /// <summary>Says the square of the step's number, from 1.</summary>
    private sealed class Squares : IBranchEvaluator
    {
        public Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            float square = (point.Step + 1) * (point.Step + 1);
            return Task.FromResult(new BranchOutputs(
                new BranchOutput(Tensor.Full([1], square), point.Level, Fresh: true), new BranchOutput(Tensor.Full([1], -square), point.Level, Fresh: true)));
        }
    }
}
