using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Tensors;

namespace Rubato.Tests.Evaluation;

/// <summary>A tiny CLIP, and what a second program says of it; see tests/Goldens/evaluation/clip/make_clip.py.</summary>
public sealed class ClipScoreTests
{
    private const double Tolerance = 1e-5;   // float32 against float64

    private static readonly string Whole = EvaluationFiles.Golden("clip");
    private static readonly JsonElement Wanted = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Whole, "cosines.json")));
    private static readonly Picture[] Pictures = [Png.Read(Path.Combine(Whole, "a.png")), Png.Read(Path.Combine(Whole, "b.png"))];

    [Fact]
    public void Cosines_are_those_of_the_reference() => RequireWanted(ClipScore.Load(Whole));

    [Fact]
    public void Halves_in_folders_of_their_own_are_the_same_CLIP()
    {
        using var parts = new TestFolder();
        WriteParts(parts);
        RequireWanted(ClipScore.Load(parts.Path));
    }

    [Fact]
    public void Equal_pictures_have_the_cosine_1()
        => Assert.Equal(1, ClipScore.Load(Whole).ImageToImage(Pictures[0], Pictures[0]), 1e-6);

    [Theory]
    [InlineData("text_config", "vocab_size", "64", "\"text_config.vocab_size\" is 64; the tokenizer makes 522 tokens")]
    [InlineData("text_config", "eos_token_id", "7", "\"text_config.eos_token_id\" is 7; the tokenizer ends texts with 521")]
    [InlineData("text_config", "num_attention_heads", "5", "describes no network; text_model.encoder: 24 numbers cannot be split into 5 heads.")]
    [InlineData("text_config", "hidden_act", "\"relu\"", "known are quick_gelu, gelu")]
    [InlineData("vision_config", "num_channels", "4", "\"vision_config.num_channels\" is 4")]
    [InlineData("vision_config", "patch_size", "17", "\"vision_config.patch_size\" is 17 beside an image_size of 16")]
    [InlineData("vision_config", "image_size", "2048", "from 1 to 128 patches a side")]
    public void A_configuration_that_is_wrong_is_refused_by_its_key(string half, string key, string value, string message)
    {
        using var folder = new TestFolder();
        WriteWhole(folder, config => config[half]![key] = JsonNode.Parse(value));
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => ClipScore.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text_config", "num_hidden_layers", "256", "text_model.encoder.layers.2.layer_norm1.weight [24] is missing")]
    [InlineData("vision_config", "patch_size", "4",
        "vision_model.embeddings.position_embedding.weight has shape [5, 32]; this network expects [17, 32]")]
    [InlineData("vision_config", "num_hidden_layers", "1", "vision_model.encoder.layers.1.layer_norm1.bias [32] is not part of this network")]
    public void Tensors_that_do_not_fit_are_named(string half, string key, string value, string message)
    {
        using var folder = new TestFolder();
        WriteWhole(folder, config => config[half]![key] = JsonNode.Parse(value));
        Assert.Contains(message, Assert.Throws<WeightsException>(() => ClipScore.Load(folder.Path)).Problems);
    }

    [Fact]
    public void Halves_of_two_models_are_refused()
    {
        using var parts = new TestFolder();
        WriteParts(parts);
        string text = Path.Combine(parts.Path, "text_encoder");
        Assert.Contains("embeds texts in 24 numbers and pictures in 20", Refusal("text_projection.weight", Tensor.Zeros([24, 24])),
            StringComparison.Ordinal);
        Assert.Contains("has no text_projection.weight", Refusal("text_projection.weight", null), StringComparison.Ordinal);
        Assert.Contains("without a direction", Refusal("text_projection.weight", Tensor.Zeros([20, 24])), StringComparison.Ordinal);

        string Refusal(string name, Tensor? instead)
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(text, "config.json")))!.AsObject();
            config["projection_dim"] = instead?.Shape[0] ?? 20;
            File.WriteAllText(Path.Combine(text, "config.json"), config.ToJsonString());
            using (Checkpoint whole = Checkpoint.Open(Whole))
            {
                var source = new CheckpointWeights(whole);
                Dictionary<string, Tensor> tensors = source.Names.Where(other => other != name).ToDictionary(other => other, source.Read);
                if (instead is not null) tensors.Add(name, instead);
                SafetensorsWriter.Write(Path.Combine(text, "model.safetensors"), tensors.Select(tensor => new TensorSource(
                    tensor.Key, SafetensorsDType.F32, [.. tensor.Value.Shape.Select(length => (long)length)], tensor.Value.AsBytes().ToArray())));
            }

            return Assert.Throws<CheckpointException>(() => ClipScore.Load(parts.Path).TextToImage([Pictures[0]], ["a frog"])).Message;
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_says_what_would_be()
        => Assert.Contains("CLIP is a folder with config.json", Assert.Throws<DirectoryNotFoundException>(
            () => ClipScore.Load(Path.Combine(Whole, "nothing"))).Message, StringComparison.Ordinal);

    private static void RequireWanted(ClipScore clip)
    {
        string[] texts = [.. Wanted.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        for (int p = 0; p < Pictures.Length; p++)
        {
            double[] wanted = [.. Wanted.GetProperty("text_to_image")[p].EnumerateArray().Select(value => value.GetDouble())];
            double[] got = clip.TextToImage([.. texts.Select(_ => Pictures[p])], texts);
            Assert.All(wanted.Zip(got), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        }

        Assert.Equal(Wanted.GetProperty("image_to_image").GetDouble(), clip.ImageToImage(Pictures[0], Pictures[1]), Tolerance);
    }

    private static void WriteWhole(TestFolder folder, Action<JsonNode> change)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Whole, "config.json")))!;
        change(config);
        folder.Write("config.json", config.ToJsonString());
        foreach (string name in (string[])["model.safetensors", "merges.txt"]) File.Copy(Path.Combine(Whole, name), folder.Of(name));
    }

    /// <summary>Both parts have the tensors of both halves, as the parts of some pipelines do.</summary>
    internal static void WriteParts(TestFolder folder)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Whole, "config.json")))!;
        foreach ((string part, string half) in (ReadOnlySpan<(string, string)>)[("text_encoder", "text_config"), ("image_encoder", "vision_config")])
        {
            JsonObject own = config[half]!.AsObject();
            own["projection_dim"] = 20;
            folder.Write(Path.Combine(part, "config.json"), own.ToJsonString());
            File.Copy(Path.Combine(Whole, "model.safetensors"), folder.Of(Path.Combine(part, "model.safetensors")));
        }

        folder.Write(Path.Combine("tokenizer", "merges.txt"), File.ReadAllText(Path.Combine(Whole, "merges.txt")));
    }
}
