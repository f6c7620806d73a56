using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Imaging;

namespace Rubato.Tests.Imaging;

public sealed class PictureMetadataTests
{
    // As A1111 writes it (peers of its grammar: a quoted value with comma and colon, a size, a lora list).
    private const string Written = "a cat,\nsecond line\nNegative prompt: dog: ugly\nblurry\nSteps: 20, Sampler: DPM++ 2M, "
        + "CFG scale: 7, Seed: 42, Size: 512x768, Model: \"a, b: c\", Lora hashes: \"x: 12, y: 34\", Version: v1.10.1";

    [Fact]
    public void Text_of_A1111_is_read()
    {
        InfoText info = InfoText.Parse(Written);
        Assert.Equal("a cat,\nsecond line", info.Prompt);
        Assert.Equal("dog: ugly\nblurry", info.NegativePrompt);
        Assert.Equal(["Steps", "Sampler", "CFG scale", "Seed", "Size", "Model", "Lora hashes", "Version"],
            info.Parameters.Select(pair => pair.Key));
        Assert.Equal("a, b: c", info["Model"]);
        Assert.Equal("x: 12, y: 34", info["Lora hashes"]);
        Assert.Equal("DPM++ 2M", info["Sampler"]);
        Assert.Equal((512, 768), info.Size("Size"));
        Assert.Null(info.Size("Seed"));
        Assert.Null(info["Clip skip"]);
    }

    [Fact]
    public void Text_is_written_as_A1111_does() => Assert.Equal(Written, InfoText.Parse(Written).Format());

    [Theory]
    [InlineData("a cat")]
    [InlineData("")]
    [InlineData("portrait, Style: oil, Artist: none")]
    public void Without_three_pairs_the_last_line_is_prompt(string text)
    {
        Assert.Equal(new InfoText(text, "", []).Prompt, InfoText.Parse(text).Prompt);
        Assert.Empty(InfoText.Parse(text).Parameters);
    }

    [Fact]
    public void An_unquoted_comma_loses_the_rest_as_it_does_there() =>
        Assert.Equal("a", InfoText.Parse("p\nSteps: 1, Seed: 2, Model: a, b")["Model"]);

    [Theory]
    [InlineData("bare", "bare")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a:b", "\"a:b\"")]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData("say \"x\"", "\"say \\\"x\\\"\"")]
    [InlineData("", "\"\"")]
    [InlineData(" x", "\" x\"")]
    public void A_value_is_quoted_where_it_must_be(string value, string written)
    {
        string text = Info(value).Format();
        Assert.EndsWith($"Model: {written}", text, StringComparison.Ordinal);
        Assert.Equal(value, InfoText.Parse(text)["Model"]);
    }

    [Fact]
    public void Any_value_reads_back() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), value =>
    {
        string text = string.Concat(value.Get.Where(c => !char.IsSurrogate(c)));
        return InfoText.Parse(Info(text).Format())["Model"] == text;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_would_be_misread_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => new InfoText("p", "", [new("Steps", "1"), new("Seed", "2")]).Format());
        foreach (string key in new[] { "", "k", " key", "a:b", "a,b", "key\n", "key " })
            Assert.Throws<ArgumentException>(
                () => new InfoText("p", "", [new("Steps", "1"), new("Seed", "2"), new(key, "3")]).Format());
    }

    [Fact]
    public void Any_text_is_read_in_linear_time()   // S44
    {
        long started = Stopwatch.GetTimestamp();
        InfoText.Parse(new string('a', 1 << 18));
        InfoText.Parse(string.Concat(Enumerable.Repeat("ab:\"", 1 << 16)));
        InfoText.Parse("k:\"" + string.Concat(Enumerable.Repeat("\\", 1 << 18)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public void Both_texts_travel_in_a_picture()
    {
        const string Json = """{"schema": 1, "prompt": "絵"}""";
        InfoText info = InfoText.Parse(Written);
        var picture = new Picture(1, 1, 3) { Texts = PictureMetadata.Texts(info, Json) };
        Picture read = Png.Decode(Png.Encode(picture), "x.png");
        Assert.Equal(Written, PictureMetadata.Parameters(read)!.Format());
        Assert.Equal(Json, PictureMetadata.Rubato(read, "x.png"));
        Assert.Null(PictureMetadata.Parameters(new Picture(1, 1, 1)));
        Assert.Null(PictureMetadata.Rubato(new Picture(1, 1, 1), "x.png"));
    }

    [Fact]
    public void JSON_under_the_keyword_of_others_is_not_their_grammar() => Assert.Null(PictureMetadata.Parameters(
        new Picture(1, 1, 1) { Texts = [new("parameters", """{"sui_image_params": {}, "a b": 1, "c d": 2}""")] }));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("text")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    [InlineData("{\"a\": 1} {}")]
    public void Our_own_text_is_one_JSON_object(string text)   // S44
    {
        var picture = new Picture(1, 1, 1) { Texts = [new("rubato", text)] };
        var refusal = Assert.Throws<PictureException>(() => PictureMetadata.Rubato(picture, "x.png"));
        Assert.StartsWith("x.png", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PictureMetadata.Texts(InfoText.Parse(Written), text));
    }

    [Fact]
    public void Our_own_text_has_limits_in_size_and_depth()   // S44
    {
        Refused($$"""{"a": "{{new string('x', 1 << 20)}}"}""");
        Refused($$"""{"a": {{new string('[', 64)}}{{new string(']', 64)}} }""");

        static void Refused(string text) => Assert.Throws<PictureException>(
            () => PictureMetadata.Rubato(new Picture(1, 1, 1) { Texts = [new("rubato", text)] }, "x.png"));
    }

    [Fact]
    public void A_path_in_the_metadata_stays_text()   // S44
    {
        InfoText info = InfoText.Parse("p\nSteps: 1, Seed: 2, Model: \"/dev/stdin\", Init image hash: ../../x");
        Assert.Equal("/dev/stdin", info["Model"]);
        Assert.Equal("../../x", info["Init image hash"]);
    }

    private static InfoText Info(string model) => new("p", "", [new("Steps", "1"), new("Seed", "2"), new("Model", model)]);
}
