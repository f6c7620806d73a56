using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Tests.Text;

/// <summary>The shipped weights, on prompts that training has not seen.</summary>
public sealed class PromptEncoderTests
{
    private const string None = "none";

    private static readonly PromptEncoder Encoder = PromptFolder.Load(Path.Combine(TextFiles.Model, "text"),
        TextFiles.Tokenizer);

    [Theory]
    [InlineData("wordings.tsv", 156, 63)]   // ours
    [InlineData("captions.tsv", 69, 103)]   // of real pictures, from the tenth that training leaves to tests
    public void Unseen_prompts_are_understood(string file, int classes, int none)
    {
        string[][] lines = [.. File.ReadAllLines(TextFiles.Of(file)).Select(line => line.Split('\t'))];
        string[] wrong = [.. lines.Where(line => Read(line[1]) != line[0]).Select(line => $"{line[0]}: {line[1]} -> {Read(line[1])}")];
        int ofNone = wrong.Count(line => line.StartsWith(None, StringComparison.Ordinal));
        Assert.Equal((classes, none), (lines.Count(line => line[0] != None), lines.Count(line => line[0] == None)));
        Assert.True(wrong.Length - ofNone <= 0.1 * classes && ofNone <= 0.2 * none, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("airplane", "an airplane in the sky")]
    [InlineData("cat", "picture of my cat")]
    [InlineData("cat", "a cat sitting on a car")]
    [InlineData("truck", "tow truck")]
    [InlineData("ship", "an aircraft carrier")]
    [InlineData("horse", "a photo of a horse")]
    [InlineData("horse", "A PHOTO OF A HORSE!")]
    [InlineData("dog", "a dog next to a cat")]
    [InlineData("cat", "a cat next to a dog")]
    [InlineData(None, "hot dog")]
    [InlineData(None, "a photo of a glorbix")]
    [InlineData(None, "a photo of a hrose")]
    [InlineData(None, "a photo of a giraffe")]
    [InlineData(None, "")]
    [InlineData(None, "日本の山")]
    public void What_people_are_likely_to_try_is_understood(string expected, string prompt) => Assert.Equal(expected, Read(prompt));

    [Fact]
    public void Every_class_is_read_from_its_own_name_in_a_sentence()
        => Assert.All(Encoder.Classes, name => Assert.Equal(name, Read($"this picture shows one {name}")));

    [Fact]
    public void Any_text_is_read_with_a_probability()
        => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text => Encoder.Read(text.Get).Probability is > 1.0 / 11 - 1e-6 and <= 1)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_huge_text_is_read_by_its_beginning()
        => Assert.Equal("frog", Read("a frog " + string.Concat(Enumerable.Repeat("and so on ", 50_000))));

    [Fact]
    public void A_prompt_reads_the_same_beside_others()
    {
        PromptNetwork network = new(new Weights(new Drawn(seed: 3)), rows: 9, width: 8, classes: 3);
        int[][] prompts = [[2, 3, 4], [], [5], [8, 7, 6, 5, 4, 3, 2]];
        using Scope scope = Scope.Begin();
        Tensor together = network.Evaluate(prompts);
        foreach ((int n, int[] prompt) in prompts.Index())
        {
            Assert.All(network.Evaluate([prompt]).ToArray().Zip(together.Rows(n, 1).ToArray()),
                pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Theory]
    [InlineData("\"width\":64", "\"width\":63")]
    [InlineData("\"width\":64", "\"width\":0")]
    [InlineData("\"airplane\",", "")]
    [InlineData("\"tokens\":[", "\"tokens\":[49408,")]
    [InlineData("\"tokens\":[", "\"tokens\":[5,5,")]
    [InlineData("{", "[")]
    public void A_configuration_that_is_not_that_of_the_weights_is_told(string old, string changed)
    {
        using var folder = new TestFolder();
        string config = File.ReadAllText(Path.Combine(TextFiles.Model, "text", "config.json"));
        Assert.Contains(old, config, StringComparison.Ordinal);
        folder.Write("config.json", config.Replace(old, changed, StringComparison.Ordinal));
        File.Copy(Path.Combine(TextFiles.Model, "text", "model.safetensors"), folder.Of("model.safetensors"));
        Exception wrong = Assert.ThrowsAny<Exception>(() => PromptFolder.Load(folder.Path, TextFiles.Tokenizer));
        Assert.True(wrong is CheckpointException or WeightsException, wrong.ToString());
    }

    [Fact]
    public void Damaged_weights_are_told()
    {
        using var folder = new TestFolder();
        File.Copy(Path.Combine(TextFiles.Model, "text", "config.json"), folder.Of("config.json"));
        folder.Write("model.safetensors", File.ReadAllBytes(Path.Combine(TextFiles.Model, "text", "model.safetensors")).AsSpan(0, 5000));
        Assert.Throws<CheckpointException>(() => PromptFolder.Load(folder.Path, TextFiles.Tokenizer));
    }

    private static string Read(string prompt) => Encoder.Read(prompt).Class is { } index ? Encoder.Classes[index] : None;

    /// <summary>Makes whatever a network asks for, of random numbers.</summary>
    private sealed class Drawn(ulong seed) : IWeightSource
    {
        private readonly NoiseStream _noise = new(seed, NoisePurpose.Start);

        public string Name => "drawn";

        public IReadOnlyCollection<string> Names => [];

        public Shape? ShapeOf(string name) => null;

        public Tensor Read(string name) => throw new KeyNotFoundException(name);

        public Tensor? Make(string name, Shape shape)
        {
            Tensor made = Tensor.Empty(shape);
            _noise.Normal(made.AsSpan());
            return made;
        }
    }
}
