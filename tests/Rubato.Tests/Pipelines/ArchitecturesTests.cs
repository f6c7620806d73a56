using System.Text.Json.Nodes;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Pipelines;

public sealed class ArchitecturesTests
{
    [Theory]
    [InlineData("_class_name", "\"DropTables\"", "known are UNet2DModel, PlainCnn")]
    [InlineData("_class_name", "null", "known are UNet2DModel, PlainCnn")]
    [InlineData("sample_size", "null", "is missing")]
    [InlineData("sample_size", "[]", "is empty")]
    [InlineData("sample_size", "1000000", "from 1 to 4096")]
    [InlineData("sample_size", "[16, 16, 16]", "at most 2")]
    [InlineData("in_channels", "0", "from 1 to 64")]
    [InlineData("layers_per_block", "1000000000", "from 1 to 32")]
    [InlineData("layers_per_block", "1e99", "from 1 to 32")]
    [InlineData("block_out_channels", "[16, -32]", "from 1 to 8192")]
    [InlineData("block_out_channels", "[16]", "block_out_channels")]
    [InlineData("down_block_types", "[\"DownBlock2D\", \"CrossAttnDownBlock2D\"]", "known are DownBlock2D")]
    [InlineData("up_block_types", "[]", "1 to 16 levels")]
    [InlineData("mid_block_type", "\"UNetMidBlock2DCrossAttn\"", "known are UNetMidBlock2D")]
    [InlineData("act_fn", "\"exec\"", "known are silu")]
    [InlineData("norm_eps", "\"NaN\"", "from 1E-12 to 1")]
    [InlineData("norm_num_groups", "7", "cannot be split into 7 groups")]
    [InlineData("norm_num_groups", "null", "norm_num_groups")]
    [InlineData("attention_head_dim", "5", "heads of 5")]
    [InlineData("resnet_time_scale_shift", "\"spatial\"", "known are default, scale_shift")]
    [InlineData("class_embed_type", "\"projection\"", "known are timestep, identity")]
    [InlineData("time_embedding_type", "\"learned\"", "num_train_timesteps")]
    public void A_configuration_that_describes_no_network_is_refused_by_file_and_reason(string key, string value, string reason)
    {
        using TestFolder folder = With(key, value);
        string message = Assert.Throws<CheckpointException>(() => Architectures.Load(folder.Path)).Message;
        Assert.StartsWith(folder.Of("config.json"), message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("block_out_channels", "[8192, 8192]")]
    [InlineData("time_embedding_dim", "32768")]
    [InlineData("layers_per_block", "32")]
    [InlineData("num_class_embeds", "1000000")]
    public void A_configuration_of_a_larger_network_than_the_file_s_allocates_no_such_network(string key, string value)
    {
        using TestFolder folder = With(key, value);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WeightsException>(() => Architectures.Load(folder.Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }

    [Fact]
    public void Missing_keys_mean_the_defaults_of_the_class()
    {
        using var folder = new TestFolder();
        string path = folder.Write("config.json", """{"sample_size": [24, 32], "unknown": 1}""");
        UNet2DOptions options = UNet2DConfig.Read(ModelConfig.Read(path));

        Assert.Equal((24, 32), options.SampleSize);
        Assert.Equal([224, 448, 672, 896], options.BlockOutChannels);
        Assert.Equal((8, 32, 2, 1e-5), (options.AttentionHeadDim, options.NormNumGroups, options.LayersPerBlock, options.NormEps));
        Assert.True(options.FlipSinToCos && options.MidBlock && options.AddAttention && !options.ScaleShift);
        Assert.Equal(ClassEmbedding.None, options.ClassEmbedding);
    }

    [Fact]
    public void Null_is_not_the_same_as_missing()
    {
        using var folder = new TestFolder();
        string path = folder.Write("config.json", """{"sample_size": 8, "attention_head_dim": null, "mid_block_type": null}""");
        UNet2DOptions options = UNet2DConfig.Read(ModelConfig.Read(path));

        Assert.Null(options.AttentionHeadDim);
        Assert.False(options.MidBlock);
    }

    /// <summary>A small network's folder with one key of its configuration changed.</summary>
    private static TestFolder With(string key, string value)
    {
        string source = NetworkFiles.Case("unet2d-nonsquare");
        var folder = new TestFolder();
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        config[key] = JsonNode.Parse(value);
        folder.Write("config.json", config.ToJsonString());
        File.Copy(Path.Combine(source, "diffusion_pytorch_model.safetensors"), folder.Of("diffusion_pytorch_model.safetensors"));
        return folder;
    }
}
