using FsCheck;
using FsCheck.Fluent;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Processes;

/// <summary>x = alpha D + sigma e for every parameterisation, at any level, in any coordinates.</summary>
public sealed class ParameterisationTests
{
    [Fact]
    public void Data_and_noise_come_back_from_what_a_network_says_of_them()
        => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            double angle = 0.01 + 1.55 * random.NextDouble(), data = Normal(random), noise = Normal(random);
            foreach (Parameterisation parameterisation in Parameterisation.All)
            {
                // The level at the network's scale: a circle, or for flow a straight line.
                bool flow = parameterisation.Name.StartsWith("Flow", StringComparison.Ordinal);
                double a = Math.Cos(angle), s = Math.Sin(angle);
                if (flow) (a, s) = (a / (a + s), s / (a + s));
                double output = parameterisation.Name switch
                {
                    nameof(Parameterisation.Noise) => noise,
                    nameof(Parameterisation.Data) => data,
                    nameof(Parameterisation.Velocity) => a * noise - s * data,
                    nameof(Parameterisation.Flow) => noise - data,
                    nameof(Parameterisation.FlowToData) => data - noise,
                    _ => -noise / s,
                };

                double stretch = Math.Exp(3 * (random.NextDouble() - 0.5));   // coordinates of any scale
                var level = new Level(a * stretch, s * stretch, 0);
                double x = level.Alpha * data + level.Sigma * noise;
                Estimate d = parameterisation.ToData(level, 1 / stretch), e = parameterisation.ToNoise(level, 1 / stretch);
                double conditioning = 1 / Math.Min(a, s);
                if (Math.Abs(d.State * x + d.Output * output - data) > 1e-12 * conditioning) return false;
                if (Math.Abs(e.State * x + e.Output * output - noise) > 1e-12 * conditioning) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Noise_of_limited_data_leads_from_it_to_the_state()
    {
        var level = new Level(0.8, 0.6, 0);
        Tensor x = Tensor.From([1.5f, -0.2f, 3f], [1, 3, 1, 1]), output = Tensor.From([0.1f, 0.4f, -2f], [1, 3, 1, 1]);
        var prediction = new Prediction(x, output, level, Parameterisation.Noise, 1, new Clipping(1));
        for (int i = 0; i < 3; i++)
        {
            double data = prediction.Data.AsSpan()[i];
            Assert.InRange(data, -1, 1);
            Assert.Equal(x.AsSpan()[i], 0.8 * data + 0.6 * prediction.NoiseOfData.AsSpan()[i], 1e-6);
            Assert.Equal(output.AsSpan()[i], prediction.Noise.AsSpan()[i]);
        }
    }

    [Fact]
    public void Dynamic_thresholding_divides_by_the_quantile_of_each_sample()
    {
        // Magnitudes 0, 1, 2, 3, 4: the quantile at 0.625 lies at position 2.5.
        Tensor data = Tensor.From([0, -1, 2, -3, 4, 0, 0.1f, 0.2f, 0.3f, 0.4f], [2, 5]);
        float[] limited = new DynamicThresholding(0.625, 10).Apply(data).ToArray();
        Assert.Equal([0, -0.4f, 0.8f, -1, 1, 0, 0.1f, 0.2f, 0.3f, 0.4f], limited);
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
