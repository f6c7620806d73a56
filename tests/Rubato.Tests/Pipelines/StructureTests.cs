using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Pipelines;

public sealed class StructureTests : IDisposable
{
    private const int Side = 8, Plane = Side * Side;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Outlines_fill_the_first_channel_and_leave_the_others_absent()
    {
        Structure structure = Structure.Of(Photo(), StructureKind.Edges, Side, Side);
        float[] values = structure.Values.ToArray();
        Assert.Equal(Structure.Channels * Plane, values.Length);
        Assert.All(values[..Plane], value => Assert.True(value is 1 or -1));
        Assert.All(values[Plane..], value => Assert.Equal(0, value));
        Assert.Equal(values[..Plane].Count(value => value == 1) / (double)Plane, structure.EdgeDensity);
    }

    [Fact]
    public void Coarse_colours_are_means_of_blocks_and_say_that_they_are_there()
    {
        Picture photo = Photo();
        float[] values = Structure.Of(photo, StructureKind.LowResolution, Side, Side).Values.ToArray();
        Assert.All(values[..Plane], value => Assert.Equal(0, value));
        Assert.All(values[(4 * Plane)..], value => Assert.Equal(1, value));
        for (int channel = 0; channel < 3; channel++)
        {
            double mean = Enumerable.Range(0, 16).Average(i => photo.At(4 + i % 4, i / 4)[channel]) / 127.5 - 1;
            Assert.Equal(mean, values[(1 + channel) * Plane + 2 * Side + 6], 0.5 / 127.5 + 1e-6);
        }
    }

    [Theory]
    [InlineData(StructureKind.Edges)]
    [InlineData(StructureKind.LowResolution)]
    public void A_text_holds_all_of_it(StructureKind kind)
    {
        Structure structure = Structure.Of(Photo(), kind, Side, Side);
        var read = Structure.Parse(structure.ToString());
        Assert.Equal((kind, structure.EdgeDensity), (read.Kind, read.EdgeDensity));
        Assert.Equal(structure.Values.ToArray(), read.Values.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("edges")]
    [InlineData("lines:AAAA")]
    [InlineData("edges:AAAA")]
    [InlineData("edges:%")]
    public void Other_texts_are_refused(string text) => Assert.Throws<FormatException>(() => Structure.Parse(text));

    [Fact]
    public async Task A_sample_with_structure_differs_is_the_same_in_company_and_is_drawn_again_from_its_record()
    {
        using RubatoModel model = RubatoModel.Load(Model());
        var options = new GenerationOptions { Prompts = ["fox"], Seed = 3, Steps = 4, Policies = [], Structure = Structure.Of(Photo(), StructureKind.Edges, Side, Side) };
        GeneratedSample alone = (await model.GenerateAsync(options))[0];
        GeneratedSample plain = (await model.GenerateAsync(options with { Structure = null }))[0];
        GeneratedSample company = (await model.GenerateAsync(options with { Prompts = ["Owl", "fox"], Count = 3, Seed = 2 }))[4];
        GenerationRecord record = GenerationRecord.Read(alone.Picture, "alone")!;
        GeneratedSample again = (await model.GenerateAsync(record.Options))[0];

        Assert.NotEqual(plain.Picture.Pixels, alone.Picture.Pixels);
        Assert.Equal(alone.Picture.Pixels, company.Picture.Pixels);
        Assert.Equal(alone.Picture.Pixels, again.Picture.Pixels);
    }

    [Fact]
    public void The_network_reads_its_channels_behind_those_of_the_state()
    {
        var network = (UNet2DModel)DiffuserFolder.Load(Model()).Network;
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(_folder.Of("model"), "unet"));
        UNet2DOptions all = network.Options with { OutChannels = 8 };   // the same weights as a network that draws all it reads
        var twin = new UNet2DModel(new Weights(new Repeated(new CheckpointWeights(checkpoint))), all);
        Structure structure = Structure.Of(Photo(), StructureKind.LowResolution, Side, Side);
        Tensor x = Tensor.Empty([1, 3, Side, Side]);
        new NoiseStream(1, NoisePurpose.Start).Normal(x.AsSpan());

        Tensor given = network.Evaluate(x, [500], [new StructureCondition(new ClassLabel(1), structure.Values)]);
        Tensor joined = twin.Evaluate(
            Concatenation.Concat(1, x, Tensor.From(structure.Values.Span, [1, Structure.Channels, Side, Side])), [500], [new ClassLabel(1)]);
        Assert.Equal(joined.ToArray()[..given.Count], given.ToArray());
    }

    [Fact]
    public async Task What_a_model_cannot_read_is_refused_by_name()
    {
        string without = ClassModelFolder.Write(_folder.Of("without"), [8], Side);
        Structure small = Structure.Of(Photo(), StructureKind.Edges, 4, 4);
        using RubatoModel plain = RubatoModel.Load(without), model = RubatoModel.Load(Model());
        ArgumentException none = await Assert.ThrowsAsync<ArgumentException>(() => plain.GenerateAsync(new GenerationOptions { Structure = small }));
        ArgumentException size = await Assert.ThrowsAsync<ArgumentException>(() => model.GenerateAsync(new GenerationOptions { Structure = small }));
        Assert.Contains("without takes no structure", none.Message, StringComparison.Ordinal);
        Assert.Contains("draws 8 x 8 pixels; the structure has 4 x 4", size.Message, StringComparison.Ordinal);
        Assert.Contains("reads its state alone", Assert.Throws<ArgumentException>(() => plain.Parts.Network.Evaluate(
            Tensor.Zeros([1, 3, Side, Side]), [1], [new StructureCondition(new ClassLabel(0), small.Values)])).Message, StringComparison.Ordinal);
        Assert.Contains("5 channels of structure", Assert.Throws<ArgumentException>(() => model.Parts.Network.Evaluate(
            Tensor.Zeros([1, 3, Side, Side]), [1], [new StructureCondition(new ClassLabel(0), small.Values)])).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(without, "rubato.json"), """{"structure": true}""");
        Assert.Contains("reads no structure", Assert.Throws<CheckpointException>(() => RubatoModel.Load(without)).Message, StringComparison.Ordinal);
    }

    private string Model() => ClassModelFolder.Write(_folder.Of("model"), [8], Side, notes: """{"structure": true}""", structure: Structure.Channels);

    private static Picture Photo()
    {
        var photo = new Picture(Side, Side, 3);
        new Random(5).NextBytes(photo.Pixels);
        return photo;
    }

    /// <summary>A last convolution that draws more channels: those that are there, then the first of them again.</summary>
    private sealed class Repeated(IWeightSource source) : IWeightSource
    {
        private const int All = 8;

        public string Name => source.Name;

        public IReadOnlyCollection<string> Names => source.Names;

        public Shape? ShapeOf(string name)
            => source.ShapeOf(name) is { } shape && name.StartsWith("conv_out", StringComparison.Ordinal) ? shape.With(0, All) : source.ShapeOf(name);

        public Tensor Read(string name)
        {
            Tensor tensor = source.Read(name);
            return !name.StartsWith("conv_out", StringComparison.Ordinal) ? tensor
                : Concatenation.Concat(0, [tensor, .. Enumerable.Repeat(tensor.Rows(0, 1), All - tensor.Shape[0])]);
        }
    }
}
