using Rubato.Networks;

namespace Rubato.Tests.Networks;

public sealed class UNet2DOptionsTests
{
    private static readonly UNet2DOptions Usual = new() { SampleSize = (32, 32) };

    public static TheoryData<string, Func<UNet2DOptions>> OutOfRange => new()
    {
        { "SampleSize", () => Usual with { SampleSize = (32, 0) } },
        { "InChannels", () => Usual with { InChannels = 65 } },
        { "OutChannels", () => Usual with { OutChannels = 0 } },
        { "TimeEmbeddingDim", () => Usual with { TimeEmbeddingDim = 0 } },
        { "FreqShift", () => Usual with { FreqShift = double.NaN } },
        { "DownBlockTypes", () => Usual with { DownBlockTypes = [] } },
        { "BlockOutChannels", () => Usual with { BlockOutChannels = [32, 8193] } },
        { "LayersPerBlock", () => Usual with { LayersPerBlock = 33 } },
        { "MidBlockScaleFactor", () => Usual with { MidBlockScaleFactor = 0 } },
        { "DownsamplePadding", () => Usual with { DownsamplePadding = 2 } },
        { "AttentionHeadDim", () => Usual with { AttentionHeadDim = 0 } },
        { "NormNumGroups", () => Usual with { NormNumGroups = -1 } },
        { "NormEps", () => Usual with { NormEps = 0 } },
        { "NumClassEmbeds", () => Usual with { NumClassEmbeds = 0 } },
        { "NullClass", () => Usual with { NullClass = -1 } },
    };

    public static TheoryData<string, UNet2DOptions> Contradictory => new()
    {
        { "block_out_channels", Usual with { BlockOutChannels = [32, 64] } },
        { "block_out_channels", Usual with { UpBlockTypes = [UNet2DUpBlock.UpBlock2D] } },
        { "num_class_embeds", Usual with { ClassEmbedding = ClassEmbedding.Table } },
        { "null_class", Usual with { ClassEmbedding = ClassEmbedding.Table, NumClassEmbeds = 10, NullClass = 10 } },
        { "num_train_timesteps", Usual with { TimeEmbeddingType = TimeProjection.Learned } },
        { "norm_num_groups", Usual with { NormNumGroups = null } },
        { "in_channels", Usual with { InChannels = 4, DownBlockTypes = [.. Enumerable.Repeat(UNet2DDownBlock.SkipDownBlock2D, 4)] } },
        { "out_channels", Usual with { OutChannels = 6, UpBlockTypes = [.. Enumerable.Repeat(UNet2DUpBlock.SkipUpBlock2D, 4)] } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_its_range_is_refused_by_name(string name, Func<UNet2DOptions> make)
        => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    [Theory]
    [MemberData(nameof(Contradictory))]
    public void Options_that_contradict_each_other_are_refused_with_a_reason(string reason, UNet2DOptions options)
        => Assert.Contains(reason, Assert.Throws<ArgumentException>(options.RequireConsistent).Message, StringComparison.Ordinal);

    [Fact]
    public void The_defaults_are_consistent() => Usual.RequireConsistent();
}
