using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class ModelConfigTests : IDisposable
{
    private static readonly HashSet<ComponentClass> Known =
        [new("diffusers", "UNet2DConditionModel"), new("transformers", "CLIPTextModel")];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_are_read_by_their_type()
    {
        ModelConfig config = Read("""
            {"layers": 2, "heads": [5, 10], "scale": 0.18215, "flip": true, "name": "x", "inner": {"n": 3},
             "none": null, "types": ["A", "B"], "shift": [0.5, 1], "unused": {"deep": [[1]]}}
            """);
        Assert.Equal(2, config.ReadInt32("layers", 1, 8));
        Assert.Equal([2], config.ReadInt32s("layers", 1, 8, 4));
        Assert.Equal([5, 10], config.ReadInt32s("heads", 1, 64, 4));
        Assert.Equal(0.18215, config.ReadDouble("scale", 0, 1));
        Assert.Equal([0.5, 1], config.ReadDoubles("shift", 0, 1, 2));
        Assert.True(config.ReadBoolean("flip"));
        Assert.Equal("x", config.ReadText("name"));
        Assert.Equal(["A", "B"], config.ReadTexts("types", 2));
        Assert.Equal(3, config.ReadObject("inner")!.ReadInt32("n", 0, 9));
        Assert.Null(config.ReadObject("none"));
        Assert.Equal(7, config.ReadInt32("none", 0, 9, 7));
        Assert.Equal(8, config.ReadInt32("missing", 0, 9, 8));
        Assert.Equal(10, config.Keys.Count());
        Assert.False(config.Has("none"));
    }

    [Theory]   // S25
    [InlineData("1e9", "from 1 to 64")]
    [InlineData("0", "from 1 to 64")]
    [InlineData("65", "from 1 to 64")]
    [InlineData("-1", "from 1 to 64")]
    [InlineData("2.5", "from 1 to 64")]
    [InlineData("99999999999999999999", "from 1 to 64")]
    [InlineData("\"2\"", "from 1 to 64")]
    [InlineData("NaN", "from 1 to 64")]
    [InlineData("[1]", "from 1 to 64")]
    public void An_integer_out_of_range_is_refused_by_file_and_key(string value, string message)
    {
        ModelConfig config = Read($$"""{"outer": {"num_layers": {{value}} } }""");
        var refusal = Assert.Throws<CheckpointException>(() => config.ReadObject("outer")!.ReadInt32("num_layers", 1, 64));
        Assert.Equal("outer.num_layers", refusal.Key);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]   // S25
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("1e999")]
    [InlineData("true")]
    [InlineData("-0.1")]
    public void A_number_is_finite_and_in_range(string value)
    {
        ModelConfig config = Read($$"""{"x": {{value}} }""");
        Assert.Throws<CheckpointException>(() => config.ReadDouble("x", 0, 1));
    }

    [Fact]
    public void Bare_infinity_is_a_number_where_the_range_has_it_and_text_stays_text()
    {
        ModelConfig config = Read("""{"lambda_min_clipped": -Infinity, "s": "a NaN, -Infinity \" NaN", "l": [Infinity]}""");
        Assert.Equal(double.NegativeInfinity, config.ReadDouble("lambda_min_clipped", double.NegativeInfinity, 0));
        Assert.Equal("a NaN, -Infinity \" NaN", config.ReadText("s"));
        Assert.Equal([double.PositiveInfinity], config.ReadDoubles("l", 0, double.PositiveInfinity, 1));
    }

    [Fact]
    public void A_file_above_4_MiB_is_refused()   // S25
    {
        string path = _folder.Of("config.json");
        using (FileStream stream = File.Create(path))
            stream.SetLength((4 << 20) + 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => ModelConfig.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_file_has_at_most_64_levels(int lists, bool opens)   // S25
    {
        string json = $$"""{"a": {{new string('[', lists)}}{{new string(']', lists)}} }""";
        if (opens)
            Assert.True(Read(json).Has("a"));
        else
            Assert.Throws<CheckpointException>(() => Read(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{\"a\": 1, \"a\": 2}")]   // S6
    [InlineData("{\"a\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": 1}")]
    public void What_is_no_object_with_unique_keys_is_refused(string json) =>
        Assert.Throws<CheckpointException>(() => Read(json));

    [Fact]
    public void Damaged_configs_are_read_or_refused_and_nothing_else()
    {
        byte[] valid = """{"a": [1, 2.5, -Infinity], "b": {"c": "té\n", "d": null}, "e": true}"""u8.ToArray();
        Prop.ForAll(Damage.Of(valid).ToArbitrary(), damaged =>
        {
            string path = _folder.Write("config.json", damaged);
            try
            {
                ModelConfig config = ModelConfig.Read(path);
                foreach (string key in config.Keys)
                {
                    Refusable(() => config.ReadDoubles(key, double.NegativeInfinity, double.PositiveInfinity, 3));
                    Refusable(() => config.ReadText(key));
                    Refusable(() => config.ReadObject(key)?.ReadTexts("c", 1));
                }
            }
            catch (CheckpointException)
            {
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

        static void Refusable(Action read)
        {
            try
            {
                read();
            }
            catch (CheckpointException)
            {
            }
        }
    }

    [Fact]
    public void The_components_of_a_pipeline_are_known_classes_in_its_folders()   // S23
    {
        WriteIndex("""
            {"_class_name": "StableDiffusionPipeline", "_diffusers_version": ["0", "1"], "requires_safety_checker": false,
             "unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"],
             "safety_checker": [null, null]}
            """, "unet", "text_encoder");
        ModelIndex index = ModelIndex.Read(_folder.Path, Known);
        Assert.Equal("StableDiffusionPipeline", index.ClassName);
        Assert.Equal(["text_encoder", "unet"], index.Components.Keys.Order());
        Assert.Equal(_folder.Of("unet"), index.Components["unet"].Folder);
        Assert.False(index.Options.ReadBoolean("requires_safety_checker"));
    }

    [Theory]   // S23
    [InlineData("""{"unet": ["../x", "Y"]}""", "unet: ../x Y")]
    [InlineData("""{"../unet": ["diffusers", "UNet2DConditionModel"]}""", "no name of a component")]
    [InlineData("""{"UNET": ["diffusers", "UNet2DConditionModel"]}""", "no name of a component")]
    [InlineData("""{"unet": ["diffusers"]}""", "two texts")]
    [InlineData("""{"unet": ["diffusers", 1]}""", "two texts")]
    [InlineData("""{"a": ["m", "X"], "b": ["n", "Y"]}""", "\"a: m X\", \"b: n Y\"")]
    [InlineData("""{"vae": ["diffusers", "UNet2DConditionModel"], "te": ["transformers", "CLIPTextModel"]}""", "\"vae\", \"te\"")]
    public void Other_components_are_refused(string json, string message)
    {
        WriteIndex(json, "unet", "UNET");
        var refusal = Assert.Throws<CheckpointException>(() => ModelIndex.Read(_folder.Path, Known));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_behind_a_link_out_of_the_folder_is_refused()   // S24
    {
        if (OperatingSystem.IsWindows())
            return;
        WriteIndex("""{"unet": ["diffusers", "UNet2DConditionModel"]}""");
        Directory.CreateSymbolicLink(_folder.Of("unet"), "/etc");
        Assert.Contains("outside", Assert.Throws<CheckpointException>(
            () => ModelIndex.Read(_folder.Path, Known)).Message, StringComparison.Ordinal);
    }

    private void WriteIndex(string json, params string[] folders)
    {
        _folder.Write(ModelIndex.FileName, json);
        foreach (string folder in folders)
            Directory.CreateDirectory(_folder.Of(folder));
    }

    private ModelConfig Read(string json) => ModelConfig.Read(_folder.Write("config.json", json));
}
