using FsCheck;
using FsCheck.Fluent;
using Rubato.Policies;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Policies;

public sealed class AdaptiveDiffusionTests
{
    /// <summary>|x_k - x_(k-1)| for k = 1 .. 16, where x_0 is the start noise.</summary>
    private static readonly double[] Moves =
    [
        1.00, 0.98, 0.965, 0.955, 0.948, 0.943, 0.9385, 0.935,
        0.9318, 0.929, 0.9265, 0.9242, 0.922, 0.92, 0.9181, 0.9163,
    ];

    [Theory]
    [InlineData(SkipLimit.Reference, "FFFFFTFFFFTFF")]
    [InlineData(SkipLimit.Strict, "FFFFTFFFFTFFF")]
    public void Even_moves_are_skipped_up_to_the_limit(SkipLimit limit, string evaluate)
    {
        var decisions = new AdaptiveDiffusion.Decisions(new AdaptiveDiffusion { Limit = limit });
        bool[] got = Array.ConvertAll(Moves[1..], decisions.Next)[2..];   // the first two moves decide nothing yet
        Assert.Equal(evaluate, string.Concat(got.Select(decision => decision ? 'T' : 'F')));
    }

    /// <summary>
    /// The same moves along a line that begins at 6 after its first move; expected masks from the definitions, in Python.
    /// </summary>
    [Theory]
    [InlineData(SkipOrder.Third, 0.00055, "TTTFFFFTFFFFT")]
    [InlineData(SkipOrder.Second, 0.01, "TFFFFTFFFFTFF")]
    [InlineData(SkipOrder.First, 0.08, "TTTTFFFFTFFFF")]
    [InlineData(SkipOrder.Vector, 0.0011, "TTTFFFFTFFFFT")]
    public void Each_order_decides_by_its_own_number(SkipOrder order, double threshold, string evaluate)
    {
        var decisions = new AdaptiveDiffusion.Decisions(
            new AdaptiveDiffusion { Threshold = threshold, Order = order, Limit = SkipLimit.Strict });
        double x = 6;
        string got = "";
        foreach (double move in Moves[1..])
        {
            bool next = decisions.Next(Tensor.Full([3], (float)x), Tensor.Full([3], (float)(x + move)));
            x += move;
            if (decisions.Criterion is not null) got += next ? 'T' : 'F';
        }

        Assert.Equal(evaluate, got);
    }

    [Fact]
    public void Only_vectors_see_a_turn()
    {
        foreach ((SkipOrder order, double want) in ((SkipOrder, double)[])[(SkipOrder.Third, 0), (SkipOrder.Second, 0), (SkipOrder.Vector, 2)])
        {
            // Moves of length 1 along x, y, -x: the lengths are even; (-1, 0) - 2 (0, 1) + (1, 0) has length 2.
            var decisions = new AdaptiveDiffusion.Decisions(new AdaptiveDiffusion { Order = order });
            Tensor[] path = [.. new[] { (0f, 0f), (1f, 0f), (1f, 1f), (0f, 1f) }.Select(at => Tensor.From([at.Item1, at.Item2], [2]))];
            for (int i = 1; i < path.Length; i++) decisions.Next(path[i - 1], path[i]);
            Assert.Equal(want, decisions.Criterion!.Value.Value, 1e-6);
        }
    }

    [Theory]
    [InlineData(StepNoise.Excluded, "11110000100")]
    [InlineData(StepNoise.Included, "11111111111")]
    public async Task Moves_are_measured_before_the_noise_of_a_step_is_added(StepNoise noise, string evaluated)
    {
        // Between the noise, the state moves by 1 at every step; noise of random size drowns that.
        var random = new Random(3);
        var trace = new Trace();
        IBranchEvaluator policy = new AdaptiveDiffusion { Noise = noise, Limit = SkipLimit.Strict }.Wrap(new Counting(), trace);
        float x = 0, before = 0;
        string got = "";
        for (int step = 0; step < evaluated.Length; step++)
        {
            EvaluationPoint point = At(step) with { BeforeNoise = step == 0 ? null : Tensor.Full([1], before) };
            trace.Begin(point);
            got += (await policy.EvaluateAsync(Tensor.Full([1], x), point, Branches.Conditional)).Fresh ? '1' : '0';
            before = x + 1;
            x = before + (float)(10 * random.NextDouble());
        }

        Assert.Equal(evaluated, got);
    }

    [Theory]
    [InlineData(SkipLimit.Reference, "1111000001000010")]
    [InlineData(SkipLimit.Strict, "1111000010000100")]
    public async Task The_policy_runs_the_network_where_it_decided_to(SkipLimit limit, string evaluated)
    {
        var network = new Counting();
        var trace = new Trace();
        IBranchEvaluator policy = new AdaptiveDiffusion { Limit = limit }.Wrap(network, trace);
        double x = 5;
        string got = "";
        for (int step = 0; step < Moves.Length; step++)
        {
            trace.Begin(At(step));
            BranchOutputs outputs =
                await policy.EvaluateAsync(Tensor.Full([1, 1, 1, 1], (float)x), At(step), Branches.Conditional);
            got += outputs.Fresh ? '1' : '0';
            Assert.Equal(network.LastStep, outputs.Conditional!.Value.Level.Time);   // a reused output keeps its level
            x += Moves[step];
        }

        Assert.Equal(evaluated, got);
        Assert.Equal(evaluated.Count(c => c == '1'), network.Calls);
    }

    [Fact]
    public void The_strict_limit_is_never_exceeded()
        => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 8).ToArbitrary(), (seed, limit) =>
        {
            var random = new Random(seed);
            var decisions = new AdaptiveDiffusion.Decisions(
                new AdaptiveDiffusion { Threshold = random.NextDouble(), MaxSkip = limit, Limit = SkipLimit.Strict });
            int run = 0;
            for (int i = 0; i < 60; i++)
            {
                run = decisions.Next(random.NextDouble()) ? 0 : run + 1;
                if (run > limit) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Moves_of_linearly_changing_length_have_criterion_zero()
        => Prop.ForAll(Gen.Choose(1, 1000).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(),
            (d, change) => AdaptiveDiffusion.Measure(d, d + change, d + 2 * change) == 0).QuickCheckThrowOnFailure();

    [Fact]
    public void A_state_that_stands_still_is_skipped_and_one_that_starts_to_move_is_not()
    {
        Assert.Equal(0, AdaptiveDiffusion.Measure(0, 0, 0));
        Assert.Equal(double.PositiveInfinity, AdaptiveDiffusion.Measure(1, 0, 0));
        Assert.Equal(0.25, AdaptiveDiffusion.Measure(1, 2, 2), 1e-15);
    }

    [Fact]
    public async Task Each_stage_of_a_step_reuses_its_own_output()
    {
        var network = new Counting();
        var trace = new Trace();
        IBranchEvaluator policy = new AdaptiveDiffusion { Threshold = 10 }.Wrap(network, trace);
        for (int step = 0; step < 6; step++)
        {
            for (int stage = 0; stage < 2; stage++)
            {
                EvaluationPoint point = At(step) with { Stage = stage };
                trace.Begin(point);
                BranchOutputs outputs = await policy.EvaluateAsync(Tensor.Full([1], step), point, Branches.Conditional);
                Assert.Equal(stage, outputs.Conditional!.Value.Output.AsSpan()[0]);
                Assert.Equal(step < 4, outputs.Fresh);
            }
        }
    }

    [Fact]
    public async Task A_branch_that_is_not_kept_is_evaluated()
    {
        var network = new Counting();
        var trace = new Trace();
        IBranchEvaluator policy = new AdaptiveDiffusion { Threshold = 10 }.Wrap(network, trace);
        for (int step = 0; step < 7; step++)
        {
            trace.Begin(At(step));
            Branches asked = step < 6 ? Branches.Conditional : Branches.Both;
            BranchOutputs outputs = await policy.EvaluateAsync(Tensor.Full([1], step), At(step), asked);
            Assert.Equal(step is < 4 or 6, outputs.Fresh);
        }
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveDiffusion { Threshold = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveDiffusion { Threshold = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveDiffusion { MaxSkip = 0 });
    }

    [Fact]
    public void The_description_names_every_setting()
        => Assert.Equal("adaptive-diffusion:threshold=0.02,max-skip=3,limit=strict,order=vector,noise=included",
            new AdaptiveDiffusion
            {
                Threshold = 0.02,
                MaxSkip = 3,
                Limit = SkipLimit.Strict,
                Order = SkipOrder.Vector,
                Noise = StepNoise.Included,
            }.Description);

    private static EvaluationPoint At(int step) => new(step, 0, new Level(1, 1, step));

    /// <summary>A network that says which stage it was asked at.</summary>
    private sealed class Counting : IBranchEvaluator
    {
        public int Calls { get; private set; }

        public double LastStep { get; private set; }

        public Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            Calls++;
            LastStep = point.Level.Time;
            var output = new BranchOutput(Tensor.Full([1], point.Stage), point.Level, Fresh: true);
            return Task.FromResult(new BranchOutputs(
                branches.HasFlag(Branches.Conditional) ? output : null,
                branches.HasFlag(Branches.Unconditional) ? output : null));
        }
    }
}
