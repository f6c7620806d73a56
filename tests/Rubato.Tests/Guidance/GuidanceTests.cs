using Rubato.Guidance;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Guidance;

public sealed class GuidanceTests
{
    private static readonly float[] Conditional = [1, 2, -1], Unconditional = [0.5f, 2.5f, 0];

    [Fact]
    public void Guidance_goes_from_the_unconditional_branch_through_the_conditional_one()
        => Assert.Equal([2, 1, -3], Guided(3).Output.ToArray());

    [Fact]
    public void A_weight_of_one_is_the_conditional_branch_alone()
    {
        FixedBranches branches = Both();
        Assert.Equal(Conditional, branches.Predict(1, 1)[0].Output.ToArray());
        Assert.Equal(1, branches.Trace.Evaluations);
    }

    [Fact]
    public void Rescaling_by_nothing_is_plain_guidance_bit_for_bit()
        => Assert.Equal(Guided(3).Output.ToArray(), Guided(3, new GuidanceRescale(0)).Output.ToArray());

    [Fact]
    public void Rescaling_in_full_gives_the_conditional_branch_s_deviation_back()
    {
        Tensor rescaled = Guided(3, new GuidanceRescale(1)).Output;
        Assert.Equal(Tensor.From(Conditional, [3]).StandardDeviation(), rescaled.StandardDeviation(), 1e-6);
        Assert.Equal(-1.5, rescaled.AsSpan()[2] / rescaled.AsSpan()[0], 1e-6);   // the direction stays
    }

    [Fact]
    public void Predicted_variances_are_those_of_the_conditional_branch()
    {
        var branches = new FixedBranches(_ => ([1, 2, 30, 40], [0.5f, 2.5f, 50, 60]));
        Prediction prediction = branches.Predict(1, 3, channels: 2)[0];
        Assert.Equal([2, 1], prediction.Output.ToArray());
        Assert.Equal([30, 40], prediction.Variance!.ToArray());
    }

    [Fact]
    public void The_cosine_of_the_branches_is_noted()
    {
        FixedBranches branches = Both();
        branches.Predict(1, 3, new AdaptiveGuidance());
        Criterion criterion = Assert.Single(branches.Trace.Entries[0].Criteria);
        Assert.Equal(5.5 / Math.Sqrt(6 * 6.5), criterion.Value, 1e-12);
    }

    [Fact]
    public void A_threshold_that_no_cosine_reaches_is_plain_guidance()
    {
        FixedBranches branches = Both();
        Prediction[] predictions =
            branches.Predict(5, 3, new AdaptiveGuidance { Threshold = 1.01, Trigger = GuidanceTrigger.Published });
        Assert.All(predictions, prediction => Assert.Equal(Guided(3).Output.ToArray(), prediction.Output.ToArray()));
        Assert.Equal(10, branches.Trace.Evaluations);
    }

    [Fact]
    public void A_threshold_that_every_cosine_reaches_guides_the_first_step_alone()
    {
        FixedBranches branches = Both();
        Prediction[] predictions =
            branches.Predict(5, 3, new AdaptiveGuidance { Threshold = -1, Trigger = GuidanceTrigger.Published });
        Assert.Equal(Guided(3).Output.ToArray(), predictions[0].Output.ToArray());
        Assert.All(predictions.Skip(1), prediction => Assert.Equal(Conditional, prediction.Output.ToArray()));
        Assert.Equal(6, branches.Trace.Evaluations);
    }

    [Theory]   // cosines that begin high, as they do at very high noise: the literal rule would never guide
    [InlineData(GuidanceTrigger.Published, 20, 1)]
    [InlineData(GuidanceTrigger.Armed, 20, 6)]   // not before step 5, a quarter of 20
    [InlineData(GuidanceTrigger.Armed, 8, 5)]    // and not before the cosine has risen above its minimum
    [InlineData(GuidanceTrigger.Armed, 7, 5)]
    public void The_armed_trigger_waits_for_the_cosine_to_rise(GuidanceTrigger trigger, int steps, int guided)
    {
        double[] cosines = [0.9989, 0.9980, 0.9969, 0.9965, 0.9976, 0.9991, 0.9999];
        var branches = new FixedBranches(step =>
        {
            double cosine = cosines[Math.Min(step, cosines.Length - 1)];
            return ([(float)cosine, (float)Math.Sqrt(1 - cosine * cosine)], [1, 0]);
        });
        branches.Predict(steps, 3, new AdaptiveGuidance { Trigger = trigger });
        Assert.Equal(guided, branches.Trace.Entries.Count(entry => entry.Branches == Branches.Both));
        Assert.Equal(steps + guided, branches.Trace.Evaluations);
        Assert.All(branches.Trace.Entries.Take(guided), entry => Assert.Equal(Branches.Both, entry.Branches));
    }

    [Fact]
    public void Stale_branches_decide_nothing()
    {
        var branches = new FixedBranches(_ => (Conditional, Unconditional)) { Fresh = false };
        branches.Predict(4, 3, new AdaptiveGuidance { Threshold = -1, Trigger = GuidanceTrigger.Published });
        Assert.All(branches.Trace.Entries, entry => Assert.Equal(Branches.Both, entry.Branches));
        Assert.All(branches.Trace.Entries, entry => Assert.Empty(entry.Criteria));
    }

    [Fact]
    public void Rules_forget_between_trajectories()
    {
        var rule = new AdaptiveGuidance { Threshold = -1, Trigger = GuidanceTrigger.Published };
        for (int run = 0; run < 2; run++)
        {
            FixedBranches branches = Both();
            branches.Predict(3, 3, rule);
            Assert.Equal(4, branches.Trace.Evaluations);
        }
    }

    private static FixedBranches Both() => new(_ => (Conditional, Unconditional));

    private static Prediction Guided(double scale, params IGuidance[] rules) => Both().Predict(1, scale, rules)[0];
}
