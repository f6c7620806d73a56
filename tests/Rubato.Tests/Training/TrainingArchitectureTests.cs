using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tests.Networks;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class TrainingArchitectureTests
{
    [Fact]
    public void The_default_network_is_that_of_the_bundled_model()
    {
        UNet2DOptions bundled = UNet2DConfig.Read(ModelConfig.Read(NetworkFiles.InRepository("models", "cifar10", "unet", "config.json")));
        var pictures = new TrainingPictures("ten classes", (32, 32, 3), new byte[32 * 32 * 3], [0], Cifar10.Classes);

        Assert.Equal(UNet2DConfigWriter.Write(bundled), UNet2DConfigWriter.Write(new TrainingArchitecture().For(pictures)));
    }

    [Theory]
    [InlineData("12,24", 12, 4)]
    [InlineData("32,64", 32, 16)]
    [InlineData("128,256", 32, 32)]
    public void Groups_and_heads_divide_every_level(string channels, int head, int groups)
    {
        var architecture = new TrainingArchitecture { Channels = [.. channels.Split(',').Select(int.Parse)], Attention = [2] };
        UNet2DOptions options = architecture.For(TinyTraining.Pictures());

        Assert.Equal((head, groups), (options.AttentionHeadDim, options.NormNumGroups));
        Assert.All(options.BlockOutChannels, count => Assert.Equal((0, 0), (count % head, count % groups)));
    }
}
