using Rubato.Benchmarks;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Policies;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Benchmarks;

public sealed class SearchTests
{
    [Theory]
    [InlineData(SkipOrder.Third, 0.003)]
    [InlineData(SkipOrder.Third, 0.08)]
    [InlineData(SkipOrder.First, 0.5)]
    public async Task A_threshold_is_found_where_the_share_is_the_wanted_one(SkipOrder order, double middle)
    {
        // A share that falls from 1 to 0.2 around a threshold that the search does not know.
        int trials = 0;
        AdaptiveDiffusion found = await ThresholdChoice.OfShareAsync(new AdaptiveDiffusion { Order = order, MaxSkip = 3 }, 0.6, 12, policy =>
        {
            trials++;
            return Task.FromResult(Share(policy.Threshold));
        });
        Assert.Equal(0.6, Share(found.Threshold), 0.011);
        Assert.InRange(trials, 1, 12);
        Assert.Equal((order, 3), (found.Order, found.MaxSkip));

        double Share(double threshold) => 0.2 + 0.8 / (1 + threshold / middle);
    }

    [Fact]
    public void Guidance_is_kept_for_half_of_the_steps()
    {
        // After a dip each run rises evenly to 1, the later the longer; armed, it switches where the cosine passes the threshold.
        double[][] runs = [.. Enumerable.Range(0, 9).Select(run => Enumerable.Range(0, 20).Select(step
            => step < 3 ? 0.9 - 0.1 * step : 0.7 + 0.3 * Math.Min(1, (step - 2) / (10.0 + run))).ToArray())];
        AdaptiveGuidance rule = ThresholdChoice.OfHalf(runs, new AdaptiveGuidance());
        Assert.Equal(10, runs.Average(run => ThresholdChoice.Guided(rule, run)), 0.6);
        Assert.Equal(20, ThresholdChoice.Guided(new AdaptiveGuidance { Threshold = 2 }, runs[0]));
    }

    [Fact]
    public async Task The_greedy_path_gives_up_what_moves_the_end_least()
    {
        // Every step that is skipped adds its own weight to the end: the least weights go first.
        double[] weights = [9, 5, 1, 7, 2, 8, 3];
        (StepPattern pattern, Sample sample) = await GreedyPath.FindAsync(weights.Length, 4, candidate => Task.FromResult(new Sample(
            Tensor.Full([1], (float)candidate.Actions.Zip(weights).Sum(step => step.First == StepAction.Evaluate ? 0 : step.Second)), new Trace())));
        Assert.Equal("1101010", string.Concat(pattern.Actions.Select(action => (char)action)));
        Assert.Equal(6, sample.State.AsSpan()[0]);
    }

    [Fact]
    public async Task A_state_that_was_asked_for_before_costs_nothing()
    {
        var network = new Counting();
        var remembered = new RememberedOutputs();
        foreach (float x in (float[])[1, 2, 1, 2, 3])
        {
            BranchOutputs outputs = await remembered.Wrap(network, new Trace()).EvaluateAsync(
                Tensor.Full([2], x), new EvaluationPoint(4, 0, new Level(1, 1, 4)), Branches.Conditional);
            Assert.Equal(x, outputs.Conditional!.Value.Output.AsSpan()[0]);
        }

        Assert.Equal(3, network.Calls);
    }

    [Fact]
    public void The_longest_run_of_skips_is_the_best_between_its_settings()
    {
        (int, double, double)[] found = [(1, 0.9, 40), (1, 0.5, 30), (4, 0.7, 36), (4, 0.5, 28), (6, 0.9, 50), (6, 0.8, 48)];
        Assert.Equal(1, AdaptiveDiffusionStudy.BestLimit(found, 0.6));   // 32.5 against 32; the last is never there
        Assert.Equal(6, AdaptiveDiffusionStudy.BestLimit(found, 0.85));
        Assert.Equal(4, AdaptiveDiffusionStudy.BestLimit([(2, 0.9, 1), (4, 0.5, 1)], 0.6));   // none around it: the nearest
    }

    private sealed class Counting : IBranchEvaluator
    {
        public int Calls { get; private set; }

        public Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            Calls++;
            return Task.FromResult(new BranchOutputs(new BranchOutput(x, point.Level, Fresh: true), null));
        }
    }
}
