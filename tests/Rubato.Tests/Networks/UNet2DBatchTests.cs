using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tests.Networks;

/// <summary>What a network's surroundings may not change.</summary>
[Collection(nameof(Alone))]
public sealed class UNet2DBatchTests
{
    private const int Samples = 8;

    [Theory]
    [InlineData("unet2d-class-scaleshift-resnet")]
    [InlineData("unet2d-ncsnpp-fourier")]
    public void A_sample_s_bits_depend_on_no_batch_and_no_number_of_threads(string name)
    {
        Tensor x = Tensor.Empty([Samples, 3, 8, 8]);
        new NoiseStream(seed: 5, NoisePurpose.Start).Normal(x.AsSpan());
        float[]? fused = null;
        foreach (KernelSet set in KernelSet.All.Where(set => set.Unavailable is null))
        {
            using IDisposable use = KernelSet.Use(set);
            UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case(name));
            float[]? alone = null;
            foreach (int threads in new[] { 1, 2 })
            {
                OnTeam(threads, () =>
                {
                    alone ??= [.. Enumerable.Range(0, Samples).SelectMany(i => Evaluate(network, x, [i]))];
                    for (int count = 1; count <= Samples; count++)
                        for (int position = 0; position < count; position++) RequireSame(network, x, alone, count, position);
                });
            }

            if (!set.Fused) continue;
            fused ??= alone;
            Assert.Equal(fused, alone);   // sets that round products alike agree on every bit
        }
    }

    [Fact]
    public void A_thousand_evaluations_take_no_more_memory_than_ten()
    {
        Tensor x = Tensor.Zeros([1, 3, 4, 4]);
        foreach (KernelSet set in KernelSet.All.Where(set => set.Unavailable is null))
        {
            using IDisposable use = KernelSet.Use(set);
            UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-ncsnpp-fourier"));
            OnTeam(1, () =>   // with more threads, when two of them meet decides what the pool holds
            {
                Evaluate(network, 10);
                (long allocated, long rented) = (NativePool.AllocatedBytes, NativePool.RentedBytes);
                Evaluate(network, 990);
                Assert.Equal((allocated, rented), (NativePool.AllocatedBytes, NativePool.RentedBytes));
            });
        }

        void Evaluate(UNet2DModel network, int times)
        {
            for (int i = 0; i < times; i++) network.Evaluate(x, [1], [null]);
        }
    }

    /// <summary>A batch in which sample 0 has a given position and its neighbours are the next ones, in a ring.</summary>
    private static void RequireSame(UNet2DModel network, Tensor x, float[] alone, int count, int position)
    {
        int[] batch = [.. Enumerable.Range(0, count).Select(i => (i - position + Samples) % Samples)];
        float[] got = Evaluate(network, x, batch);
        int length = got.Length / count;
        for (int i = 0; i < count; i++)
        {
            Assert.True(got.AsSpan(i * length, length).SequenceEqual(alone.AsSpan(batch[i] * length, length)),
                $"sample {batch[i]} at {i} of {count} on {KernelSet.Current.Name} differs from itself alone");
        }
    }

    private static float[] Evaluate(UNet2DModel network, Tensor x, int[] samples)
    {
        int length = x.Count / Samples;
        float[] values = [.. samples.SelectMany(i => x.ToArray().AsSpan(i * length, length).ToArray())];
        return network.Evaluate(
            Tensor.From(values, x.Shape.With(0, samples.Length)),
            [.. samples.Select(i => 1f + 7 * i)],
            [.. samples.Select(i => network.Options.ClassEmbedding == ClassEmbedding.Table ? new ClassLabel(i) : null)]).ToArray();
    }

    private static void OnTeam(int threads, Action action)
    {
        WorkerTeam before = WorkerTeam.Current;
        using var team = new WorkerTeam(threads);
        WorkerTeam.Current = team;
        try
        {
            action();
        }
        finally
        {
            WorkerTeam.Current = before;
        }
    }
}
