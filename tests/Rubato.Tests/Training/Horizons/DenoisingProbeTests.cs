using Rubato.Benchmarks;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Tensors;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class DenoisingProbeTests
{
    private static readonly VariancePreserving Process = VariancePreserving.FromBetas(BetaSchedules.Linear(1000));

    [Theory]
    [InlineData(0.04)]
    [InlineData(1)]
    [InlineData(9)]
    public async Task Arc_and_loss_of_normal_data_are_those_of_its_exact_denoiser(double variance)
    {
        using var folder = new TestFolder();
        var network = new NormalData(variance);
        var parts = new Diffuser
        {
            Name = "normal",
            WeightsHash = new string('b', 64),
            Network = network,
            Meaning = new OutputMeaning { Process = Process, Parameterisation = Parameterisation.Data },
            DefaultSolver = "ddim",
            Plan = _ => throw new InvalidOperationException(),
        };
        Tensor picture = Tensor.Empty([1, .. network.SampleShape]), noise = Tensor.Empty(picture.Shape);
        new NoiseStream(7, NoisePurpose.Start).Normal(picture.AsSpan());
        using var cache = RunCache<SolverRun>.Open(folder.Of("runs"), "test");
        using var sampler = new Sampler();
        Denoising found = await new DenoisingProbe(parts, cache).MeasureAsync(sampler, picture, condition: null, CancellationToken.None);

        // In float64, from the formula: 16 levels even in lambda between the ends of the table.
        new NoiseStream(60000, NoisePurpose.Start).Normal(noise.AsSpan());
        double low = -Math.Log(Process.Kappa(999)), high = -Math.Log(Process.Kappa(0));
        double[][] said = [.. Enumerable.Range(0, 16).Select(i => Said(low + (high - low) * i / 15))];
        double arc = said.Zip(said.Skip(1), Distance).Sum();
        double loss = said.Average(data => Distance(data, [.. picture.ToArray().Select(x => (double)x)]));
        Assert.Equal(1, found.Arc / arc, 1e-4);
        Assert.Equal(1, found.Loss / loss, 1e-4);

        double[] Said(double lambda)
        {
            double power = 1 / (1 + Math.Exp(-2 * lambda)), alpha = Math.Sqrt(power), sigma = Math.Sqrt(1 - power);
            double gain = alpha * variance / (power * variance + 1 - power);
            return [.. picture.ToArray().Zip(noise.ToArray(), (x, e) => gain * (alpha * x + sigma * e))];
        }

        static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Average());
    }

    /// <summary>The exact denoiser of independent normal numbers.</summary>
    private sealed class NormalData(double variance) : INetwork
    {
        public Shape SampleShape => [1, 8, 8];

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
        {
            Tensor data = x.Clone();
            for (int n = 0; n < times.Length; n++)
            {
                // The time is linear in ln kappa between training steps.
                int step = Math.Min((int)times[n], 998);
                double part = times[n] - step;
                double kappa = Math.Pow(Process.Kappa(step), 1 - part) * Math.Pow(Process.Kappa(step + 1), part);
                double power = 1 / (1 + kappa * kappa), gain = Math.Sqrt(power) * variance / (power * variance + 1 - power);
                foreach (ref float value in data.Rows(n, 1).AsSpan()) value *= (float)gain;
            }

            return data;
        }
    }
}
