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
