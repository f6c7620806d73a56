using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

public sealed class UNet2DWeightsTests
{
    private static readonly string Folder = NetworkFiles.Case("unet2d-nonsquare");

    [Fact]
    public void Missing_misshapen_and_unexpected_tensors_are_reported_at_once()
    {
        EditedWeights weights = Read();
        weights.Tensors.Remove("mid_block.resnets.1.conv2.bias");
        weights.Tensors["conv_in.weight"] = Tensor.Zeros([16, 9, 3, 3]);
        weights.Tensors["mask_token"] = Tensor.Zeros([8]);

        IReadOnlyList<string> problems = Assert.Throws<WeightsException>(() => Build(weights)).Problems;

        Assert.Equal(
            ["conv_in.weight has shape [16, 9, 3, 3]; this network expects [16, 4, 3, 3]",
             "mask_token [8] is not part of this network",
             "mid_block.resnets.1.conv2.bias [32] is missing"],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Attention_under_its_old_names_is_the_same_network()
    {
        EditedWeights old = Read();
        old.Rename("to_q", "query");
        old.Rename("to_k", "key");
        old.Rename("to_v", "value");
        old.Rename("to_out.0", "proj_attn");
        Tensor x = Tensor.Full([1, 4, 8, 8], 0.5f);

        Assert.Equal(
            Build(Read()).Evaluate(x, [10], [null]).ToArray(),
            Build(old).Evaluate(x, [10], [null]).ToArray());
    }

    [Fact]
    public void The_configuration_alone_allocates_nothing()
    {
        var options = new UNet2DOptions
        {
            SampleSize = (16, 16),
            DownBlockTypes = [.. Enumerable.Repeat(UNet2DDownBlock.DownBlock2D, 16)],
            UpBlockTypes = [.. Enumerable.Repeat(UNet2DUpBlock.UpBlock2D, 16)],
            BlockOutChannels = [.. Enumerable.Repeat(512, 16)],   // 2.4 million weights a convolution, each below any single limit
            LayersPerBlock = 32,
        };
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<WeightsException>(() => new UNet2DModel(new Weights(new EditedWeights([])), options));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }

    private static EditedWeights Read()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Folder);
        var source = new CheckpointWeights(checkpoint);
        return new EditedWeights(source.Names.ToDictionary(name => name, source.Read, StringComparer.Ordinal));
    }

    private static INetwork Build(EditedWeights weights)
        => Architectures.ByClass["UNet2DModel"](ModelConfig.Read(Path.Combine(Folder, "config.json")), new Weights(weights));
}
