using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Policies;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Engine;

/// <summary>What a sample comes to is its own affair, whoever else is there.</summary>
public sealed class SamplerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_sample_is_the_same_alone_and_with_others_that_join_and_leave()
    {
        var network = new PocketNetwork();
        Sample alone = await AloneAsync(network.Request(1, 20));

        using var sampler = new Sampler(largestBatch: 4);
        List<Task<Sample>> others =
            [sampler.SampleAsync(network.Request(2, 3)), sampler.SampleAsync(network.Request(3, 40))];
        Task<Sample> watched = sampler.SampleAsync(network.Request(1, 20) with
        {
            Predicted = (entry, _) =>
            {
                if (entry.Point.Step % 4 == 1)
                    others.Add(sampler.SampleAsync(network.Request((ulong)entry.Point.Step, 1 + entry.Point.Step)));
            },
        });

        Assert.Equal(alone.State.ToArray(), (await watched.WaitAsync(Patience)).State.ToArray());
        await Task.WhenAll(others).WaitAsync(Patience);
        Assert.Equal(7, others.Count);
    }

    [Fact]
    public async Task A_real_network_s_samples_are_the_same_alone_and_together()
    {
        INetwork network = Architectures.Load(NetworkFiles.InRepository("models", "mnist", "unet"));
        float[] alphaBar = BetaSchedules.AlphaBar(BetaSchedules.Linear(1000));
        var process = new VariancePreserving(alphaBar) { TimeUnit = (0.001, 1) };
        SampleRequest Request(ulong seed)
        {
            ISolver solver = new DpmSolverMultistep();
            var levels = new KarrasLevels { Rounding = TimeRounding.Nearest };
            TimeGrid grid = levels.Plan(process, 2 + (int)seed, solver.Coordinates);
            return PocketNetwork.Request(network, process, solver, grid, seed);
        }

        using var sampler = new Sampler(largestBatch: 2);
        Sample[] together = await Task.WhenAll(Enumerable.Range(0, 3).Select(seed
            => sampler.SampleAsync(Request((ulong)seed)))).WaitAsync(Patience);
        for (int seed = 0; seed < together.Length; seed++)
            Assert.Equal((await AloneAsync(Request((ulong)seed))).State.ToArray(), together[seed].State.ToArray());
    }

    [Fact]
    public async Task Samples_that_skip_and_drop_branches_each_on_their_own_disturb_nobody()
    {
        var network = new PocketNetwork();
        SampleRequest Request(int i) => network.Request((ulong)i, 30, i % 2 == 0 ? new DpmSolverMultistep() : new Heun()) with
        {
            Condition = new ClassLabel(i % 3),
            GuidanceScale = i % 4 == 0 ? 1 : 3,
            Guidance = i % 4 == 1 ? [new AdaptiveGuidance { Threshold = 0.2 + 0.1 * i }] : [],
            Policies = i % 3 == 0 ? [] : [new AdaptiveDiffusion { Threshold = 0.01 * i * i }],
        };

        using var sampler = new Sampler(largestBatch: 5);
        Sample[] together = await Task.WhenAll(Enumerable.Range(0, 12).Select(i
            => sampler.SampleAsync(Request(i)))).WaitAsync(Patience);
        for (int i = 0; i < together.Length; i++)
        {
            Sample alone = await AloneAsync(Request(i));
            Assert.Equal(alone.State.ToArray(), together[i].State.ToArray());
            Assert.Equal(alone.Trace.Entries.Select(entry => entry.Evaluations),
                together[i].Trace.Entries.Select(entry => entry.Evaluations));
        }

        Assert.True(together.Select(sample => sample.Trace.Evaluations).Distinct().Count() > 6,
            "the traces are ragged");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_cancelled_sample_ends_at_its_next_evaluation_and_leaves_the_others_alone(int cancelAt)
    {
        var network = new PocketNetwork();
        float[] expected = (await AloneAsync(network.Request(1, 10))).State.ToArray();
        using var cancellation = new CancellationTokenSource();
        int predicted = 0;
        if (cancelAt == 0) await cancellation.CancelAsync();

        using var sampler = new Sampler();
        Task<Sample> cancelled = sampler.SampleAsync(
            network.Request(2, 10) with
            {
                Predicted = (_, _) =>
                {
                    if (++predicted == cancelAt) cancellation.Cancel();
                },
            },
            cancellation.Token);
        Task<Sample> other = sampler.SampleAsync(network.Request(1, 10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));
        Assert.True(cancelled.IsCanceled);
        Assert.Equal(cancelAt, predicted);
        Assert.Equal(expected, (await other.WaitAsync(Patience)).State.ToArray());
    }

    [Fact]
    public async Task A_sample_that_is_cancelled_while_it_waits_does_not_run_again()
    {
        var network = new PocketNetwork();
        using var cancellation = new CancellationTokenSource();
        int predicted = 0;
        using var sampler = new Sampler(largestBatch: 1);
        Task<Sample> first = sampler.SampleAsync(network.Request(1, 5) with
        {
            Predicted = (entry, _) =>
            {
                if (entry.Point.Step == 2) cancellation.Cancel();   // the second one waits for its turn
            },
        });
        Task<Sample> second = sampler.SampleAsync(network.Request(2, 5) with { Predicted = (_, _) => predicted++ },
            cancellation.Token);

        await first.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        Assert.InRange(predicted, 0, 3);
        Assert.Equal(5 + predicted, network.Calls.Count);
    }

    [Fact]
    public async Task Cancelling_a_finished_sample_changes_nothing()
    {
        var network = new PocketNetwork();
        using var cancellation = new CancellationTokenSource();
        using var sampler = new Sampler();
        Sample sample = await sampler.SampleAsync(network.Request(1, 3), cancellation.Token).WaitAsync(Patience);
        await cancellation.CancelAsync();
        Assert.Equal(3, sample.Trace.Evaluations);
        Assert.Equal(3, (await sampler.SampleAsync(network.Request(1, 3)).WaitAsync(Patience)).Trace.Evaluations);
    }

    [Fact]
    public async Task A_condition_that_the_network_refuses_fails_its_sample_alone()
    {
        var network = new PocketNetwork();
        float[] expected = (await AloneAsync(network.Request(1, 6))).State.ToArray();
        using var sampler = new Sampler();
        Task<Sample> good = sampler.SampleAsync(network.Request(1, 6));
        SampleRequest wrong = network.Request(2, 6) with { Condition = new ClassLabel(-1), GuidanceScale = 2 };
        Task<Sample> bad = sampler.SampleAsync(wrong);
        Task<Sample> late = sampler.SampleAsync(network.Request(1, 6));

        Assert.Equal("there is no such class",
            (await Assert.ThrowsAsync<ArgumentException>(() => bad.WaitAsync(Patience))).Message);
        Assert.Equal(expected, (await good.WaitAsync(Patience)).State.ToArray());
        Assert.Equal(expected, (await late.WaitAsync(Patience)).State.ToArray());
    }

    [Fact]
    public async Task A_solver_that_throws_fails_its_sample_alone()
    {
        var network = new PocketNetwork();
        using var sampler = new Sampler();
        Task<Sample> bad = sampler.SampleAsync(network.Request(1, 6) with
        {
            Predicted = (_, _) => throw new InvalidDataException("mine"),
        });
        Task<Sample> good = sampler.SampleAsync(network.Request(1, 6));
        await Assert.ThrowsAsync<InvalidDataException>(() => bad.WaitAsync(Patience));
        Assert.Equal(6, (await good.WaitAsync(Patience)).Trace.Evaluations);
    }

    [Fact]
    public async Task Samples_of_a_batch_wide_request_share_their_decisions_and_count_each()
    {
        var network = new PocketNetwork();
        SampleRequest one = network.Request(1, 4, new Euler());
        var pair = one with { Start = Tensors.Concatenation.Concat(0, one.Start, one.Start) };
        using var sampler = new Sampler();
        Sample sample = await sampler.SampleAsync(pair).WaitAsync(Patience);
        Assert.Equal(8, sample.Trace.Evaluations);
        float[] alone = (await AloneAsync(one)).State.ToArray();
        Assert.Equal([.. alone, .. alone], sample.State.ToArray());
    }

    [Fact]
    public async Task A_thousand_trajectories_come_out_as_they_would_alone()
    {
        var network = new PocketNetwork();
        using var sampler = new Sampler(largestBatch: 64);
        Sample[] samples = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i
            => sampler.SampleAsync(network.Request((ulong)(i % 10), 1 + (i % 10))))).WaitAsync(Patience);
        for (int kind = 0; kind < 10; kind++)
        {
            float[] expected = (await AloneAsync(network.Request((ulong)kind, 1 + kind))).State.ToArray();
            for (int i = kind; i < samples.Length; i += 10) Assert.Equal(expected, samples[i].State.ToArray());
        }
    }

    [Fact]
    public async Task Disposing_waits_for_the_samples_that_have_joined()
    {
        var network = new PocketNetwork();
        var sampler = new Sampler();
        Task<Sample>[] tasks = [.. Enumerable.Range(0, 5).Select(i
            => sampler.SampleAsync(network.Request((ulong)i, 10)))];
        sampler.Dispose();
        sampler.Dispose();
        foreach (Task<Sample> task in tasks) Assert.Equal(10, (await task.WaitAsync(Patience)).Trace.Evaluations);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sampler.SampleAsync(network.Request(1, 1)));
    }

    [Fact]
    public async Task Joining_while_the_engine_ends_gives_a_sample_or_a_refusal()
    {
        for (int round = 0; round < 50; round++)
        {
            var network = new PocketNetwork();
            var sampler = new Sampler();
            Task<bool> joining = Task.Run(async () =>
            {
                try
                {
                    while (true) await sampler.SampleAsync(network.Request(1, 1)).WaitAsync(Patience);
                }
                catch (ObjectDisposedException)
                {
                    return true;
                }
            });
            sampler.Dispose();
            Assert.True(await joining.WaitAsync(Patience));
        }
    }

    private static async Task<Sample> AloneAsync(SampleRequest request)
    {
        using var sampler = new Sampler();
        return await sampler.SampleAsync(request).WaitAsync(Patience);
    }
}
