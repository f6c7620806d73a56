using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

/// <summary>What the network refuses. Its numbers are compared with the reference's in tests/Goldens/models.</summary>
public sealed class UNet2DModelTests
{
    [Fact]
    public void A_class_is_required_and_checked()
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-class-scaleshift-resnet"));
        var x = Tensor.Zeros([1, 3, 8, 8]);
        Assert.Contains("needs a class", Refused(null), StringComparison.Ordinal);
        Assert.Contains("0 to 9", Refused(new ClassLabel(10)), StringComparison.Ordinal);
        Assert.Contains("0 to 9", Refused(new ClassLabel(-1)), StringComparison.Ordinal);
        Assert.Contains("ClassVector", Refused(new ClassVector(new float[64])), StringComparison.Ordinal);

        string Refused(Condition? condition)
            => Assert.Throws<ArgumentException>(() => network.Evaluate(x, [1], [condition])).Message;
    }

    [Fact]
    public void No_class_is_the_class_that_the_options_name_for_it()
    {
        string folder = NetworkFiles.Case("unet2d-class-scaleshift-resnet");
        UNet2DOptions options = UNet2DConfig.Read(ModelConfig.Read(Path.Combine(folder, "config.json"))) with { NullClass = 3 };
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var network = new UNet2DModel(new Weights(new CheckpointWeights(checkpoint)), options);
        Tensor x = Tensor.Full([3, 3, 8, 8], 0.5f);

        Tensor y = network.Evaluate(x, [1, 1, 1], [null, new ClassLabel(3), new ClassLabel(4)]);

        Assert.Equal(y.Rows(1, 1).ToArray(), y.Rows(0, 1).ToArray());
        Assert.NotEqual(y.Rows(2, 1).ToArray(), y.Rows(0, 1).ToArray());
    }

    [Fact]
    public void An_unconditional_network_takes_no_class()
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-nonsquare"));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, 4, 8, 8]), [1], [new ClassLabel(0)]));
    }

    [Theory]
    [InlineData(3, 8, 8)]
    [InlineData(4, 7, 8)]
    [InlineData(4, 8, 7)]
    public void Samples_of_another_form_are_refused(int channels, int height, int width)
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-nonsquare"));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, channels, height, width]), [1], [null]));
    }

    [Fact]
    public void Times_that_the_network_cannot_see_are_refused()
    {
        UNet2DModel table = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-noattn-mid"));
        UNet2DModel fourier = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-ncsnpp-fourier"));
        var x = Tensor.Zeros([1, 3, 8, 8]);
        var label = new ClassVector(new float[64]);
        foreach (float time in new[] { -1, 0.5f, 100, float.NaN })
            Assert.Throws<ArgumentException>(() => table.Evaluate(x, [time], [label]));
        foreach (float time in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.Throws<ArgumentException>(() => fourier.Evaluate(x, [time], [null]));
    }
}
