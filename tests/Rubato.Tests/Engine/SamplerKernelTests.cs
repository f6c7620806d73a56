using Rubato.Engine;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Engine;

/// <summary>A sample's bits on every kernel set of the machine, on one thread and on two.</summary>
[Collection(nameof(Alone))]
public sealed class SamplerKernelTests
{
    private const int Steps = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_sample_s_bits_are_the_same_alone_and_among_others_on_every_kernel_set_and_team()
    {
        WorkerTeam before = WorkerTeam.Current;
        float[][]? fused = null;
        foreach (KernelSet set in KernelSet.All.Where(set => set.Unavailable is null))
        {
            using IDisposable use = KernelSet.Use(set);
            Diffuser model = DiffuserFolder.Load(NetworkFiles.InRepository("models", "mnist"));
            float[][]? alone = null;
            foreach (int threads in new[] { 1, 2 })
            {
                using var team = new WorkerTeam(threads);
                WorkerTeam.Current = team;
                try
                {
                    float[][] together = await DrawAsync(model, [0, 1, 2, 3, 4, 5, 6, 7]);
                    alone ??= [.. await Task.WhenAll(Enumerable.Range(0, together.Length).Select(async seed => (await DrawAsync(model, [seed]))[0]))];
                    Assert.Equal(alone, together);
                    Assert.Equal(alone.Reverse(), await DrawAsync(model, [7, 6, 5, 4, 3, 2, 1, 0]));
                }
                finally
                {
                    WorkerTeam.Current = before;
                }
            }

            if (!set.Fused) continue;
            fused ??= alone;
            Assert.Equal(fused, alone);
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 4)]   // each thread makes a call of half of the batch
    [InlineData(3, 3)]
    [InlineData(5, 8)]   // 2, 2, 2, 1 and 1 would leave two threads idle half of the time
    [InlineData(16, 8)]
    public async Task Evaluations_run_together_up_to_the_largest_batch_in_equal_parts_for_the_threads(int threads, int largestCall)
    {
        WorkerTeam before = WorkerTeam.Current;
        using var team = new WorkerTeam(threads);
        WorkerTeam.Current = team;
        try
        {
            var network = new PocketNetwork();
            using (var sampler = new Sampler(largestBatch: 8))
            {
                // The first one is evaluated alone, and holds the engine's thread until all others have joined.
                using ManualResetEventSlim held = new(), joined = new();
                List<Task<Sample>> tasks = [sampler.SampleAsync(network.Request(0, 1) with
                {
                    Predicted = (_, _) =>
                    {
                        held.Set();
                        joined.Wait(Patience);
                    },
                })];
                Assert.True(held.Wait(Patience));
                for (ulong seed = 1; seed <= 16; seed++) tasks.Add(sampler.SampleAsync(network.Request(seed, 5)));
                joined.Set();
                await Task.WhenAll(tasks).WaitAsync(Patience);
            }

            Assert.Equal(1 + (16 * 5), network.Calls.Sum());
            Assert.Equal(largestCall, network.Calls.Max());
            int calls = (8 + largestCall - 1) / largestCall;
            Assert.Equal(1 + 10 * calls, network.Calls.Count);   // 10 batches of 8
        }
        finally
        {
            WorkerTeam.Current = before;
        }
    }

    /// <summary>Samples of different lengths, so that they leave one after the other; each with decisions of its own.</summary>
    private static async Task<float[][]> DrawAsync(Diffuser model, int[] seeds)
    {
        using var sampler = new Sampler(largestBatch: 3);
        Sample[] samples = await Task.WhenAll(seeds.Select(seed =>
        {
            SchedulerPlan plan = model.Plan(new SamplerChoice("ddim", Steps + seed));
            return sampler.SampleAsync(
                PocketNetwork.Request(model.Network, model.Meaning.Process, plan.Solver, plan.Grid, (ulong)seed) with
                {
                    Policies = [new AdaptiveDiffusion { Threshold = 0.05 }],
                });
        }));
        return [.. samples.Select(sample => sample.State.ToArray())];
    }
}
