namespace Rubato.Tensors.Tests.Core;

public sealed class WeightsTests
{
    private static readonly Dictionary<string, Shape> File = new(StringComparer.Ordinal)
    {
        ["conv_in.weight"] = [4, 3],
        ["down_blocks.0.norm.weight"] = [7],
        ["down_blocks.0.norm.bias"] = [7],
        ["position_ids"] = [1, 77],
    };

    [Fact]
    public void Paths_are_names_joined_by_dots()
    {
        var weights = new Weights(new Source());
        Assert.Equal("down_blocks.0.norm", weights["down_blocks"][0]["norm"].Path);
        Assert.True(weights["down_blocks"].Has("0"));
        Assert.True(weights["down_blocks"][0]["norm"].Has("bias"));
        Assert.False(weights.Has("down"));
        Assert.False(weights["down_blocks"].Has("1"));
    }

    [Fact]
    public void A_network_that_reads_all_there_is_verifies()
    {
        var weights = new Weights(new Source());
        Assert.Equal([4, 3], weights["conv_in"].Read("weight", [4, 3]).Shape);
        weights["down_blocks"][0]["norm"].Read("weight", [7]);
        weights["down_blocks"][0]["norm"].Read("bias", [7]);
        weights.Ignore("position_ids");
        weights.Verify();
    }

    [Fact]
    public void Missing_misshapen_and_unexpected_tensors_are_reported_at_once()
    {
        var weights = new Weights(new Source());
        Assert.Equal([4, 9], weights["conv_in"].Read("weight", [4, 9]).Shape);
        weights["down_blocks"][0]["norm"].Read("weight", [7]);
        Assert.Equal(new float[5], weights["mid_block"].Read("bias", [5]).ToArray());
        WeightsException exception = Assert.Throws<WeightsException>(weights.Verify);
        Assert.Equal(
        [
            "conv_in.weight has shape [4, 3]; this network expects [4, 9]",
            "mid_block.bias [5] is missing",
            "down_blocks.0.norm.bias [7] is not part of this network",
            "position_ids [1, 77] is not part of this network",
        ], exception.Problems);
        Assert.StartsWith("model.safetensors: 4 tensors do not fit the network: conv_in.weight", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_problems_are_listed_and_the_rest_counted()
    {
        var weights = new Weights(new Source());
        for (int i = 0; i < 20; i++) weights[i].Read("weight", [1]);
        WeightsException exception = Assert.Throws<WeightsException>(weights.Verify);
        Assert.Equal(24, exception.Problems.Count);
        Assert.Contains("9.weight", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("10.weight", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("; and 14 more.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_lies_about_sizes_gets_no_memory()
        => Assert.Throws<WeightsException>(() => new Weights(new Source()).Read("huge", [30000, 30000]));

    private sealed class Source : IWeightSource
    {
        public string Name => "model.safetensors";

        public IReadOnlyCollection<string> Names => File.Keys;

        public Shape? ShapeOf(string name) => File.TryGetValue(name, out Shape shape) ? shape : null;

        public Tensor Read(string name) => Tensor.Zeros(File[name]);
    }
}
