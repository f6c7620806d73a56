using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Tensors;

namespace Rubato.Tests.Evaluation;

public sealed class FeatureStatisticsTests
{
    [Fact]
    public void Mean_and_covariance_are_those_of_the_definition()
    {
        // Far from 0, where sums of squares would lose what lies between them.
        var random = new Random(11);
        float[] values = [.. Enumerable.Range(0, 50 * 3).Select(_ => 1000 + random.NextSingle())];
        FeatureStatistics statistics = FeatureStatistics.Of([Tensor.From(values, [50, 3])]);
        for (int i = 0; i < 3; i++)
        {
            double mean = Mean(i);
            Assert.Equal(mean, statistics.Mean[i], 1e-12);
            for (int j = 0; j < 3; j++)
            {
                double products = Enumerable.Range(0, 50).Sum(n
                    => (values[n * 3 + i] - mean) * (values[n * 3 + j] - Mean(j)));
                Assert.Equal(products / 49, statistics.Covariance[i * 3 + j], 1e-12);
            }
        }

        double Mean(int i) => Enumerable.Range(0, 50).Average(n => (double)values[n * 3 + i]);
    }

    [Fact]
    public void Batches_count_as_one_set()
    {
        var random = new Random(12);
        Tensor all = Tensor.From([.. Enumerable.Range(0, 40).Select(_ => random.NextSingle())], [10, 4]);
        FeatureStatistics whole = FeatureStatistics.Of([all]),
            parts = FeatureStatistics.Of([all.Rows(0, 1), all.Rows(1, 6), all.Rows(7, 3)]);
        Assert.Equal(whole.Mean.ToArray(), parts.Mean.ToArray());
        Assert.Equal(whole.Covariance.ToArray(), parts.Covariance.ToArray());
    }

    [Fact]
    public void One_picture_has_no_covariance()
    {
        Assert.Contains("there is 1", Assert.Throws<ArgumentException>(()
            => FeatureStatistics.Of([Tensor.Zeros([1, 4])])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of([]));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of([Tensor.Zeros([2, 4]), Tensor.Zeros([2, 5])]));
    }

    [Fact]
    public void A_set_that_the_file_lacks_or_holds_wrongly_is_named()
    {
        using var folder = new TestFolder();
        string path = folder.Of("statistics.safetensors");
        SafetensorsWriter.Write(path,
        [
            Doubles("wide_mean", [2], [0, 0]), Doubles("wide_cov", [2, 3], new double[6]),
            Doubles("wild_mean", [1], [double.NaN]), Doubles("wild_cov", [1, 1], [1]),
            new TensorSource("short_mean", SafetensorsDType.F32, [1], new byte[4]), Doubles("short_cov", [1, 1], [1]),
        ]);
        Assert.All([("none", "none_mean"), ("wide", "[2, 3]"), ("wild", "wild_mean"), ("short", "F32")],
            mistake => Assert.Contains(mistake.Item2, Assert.Throws<CheckpointException>(()
                => FeatureStatistics.Load(path, mistake.Item1)).Message, StringComparison.Ordinal));
    }

    private static TensorSource Doubles(string name, long[] shape, double[] values)
        => new(name, SafetensorsDType.F64, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
