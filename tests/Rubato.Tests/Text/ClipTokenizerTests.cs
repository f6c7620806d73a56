using System.Diagnostics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;
using Rubato.Text;

namespace Rubato.Tests.Text;

public sealed class ClipTokenizerTests
{
    private static readonly ClipTokenizer Clip = ClipTokenizer.Load(TextFiles.Tokenizer);

    [Fact]
    public void Every_golden_text_has_the_reference_s_tokens()
    {
        string[] lines = File.ReadAllLines(TextFiles.Of("clip-tokens.jsonl"));
        Assert.Equal(205, lines.Length);
        Assert.All(lines, line =>
        {
            using var golden = JsonDocument.Parse(line);
            string text = golden.RootElement.GetProperty("text").GetString()!;
            Assert.Equal(golden.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), Clip.Encode(text));
        });
    }

    [Fact]
    public void The_special_tokens_stand_behind_all_others()
        => Assert.Equal((49406, 49407, 49408), (Clip.Start, Clip.End, Clip.Count));

    [Fact]
    public void A_short_text_is_padded_to_77_with_the_end_or_what_is_asked_for()
    {
        int[] ids = [49406, 320, 1125, 539, 320, 2368, 49407];   // of openai/CLIP: a photo of a cat
        Assert.Equal([.. ids, .. Enumerable.Repeat(49407, 70)], Clip.EncodePadded("A photo of a  cat "));
        Assert.Equal([.. ids, .. Enumerable.Repeat(0, 70)], Clip.EncodePadded("a photo of a cat", padding: 0));
    }

    [Fact]
    public void A_long_text_is_cut_to_75_tokens_between_start_and_end()
    {
        string text = string.Concat(Enumerable.Repeat("photosynthesis, ", 60));
        int[] all = Clip.Encode(text), padded = Clip.EncodePadded(text);
        Assert.True(all.Length > 75);
        Assert.Equal([49406, .. all[..75], 49407], padded);
        Assert.Equal(all[..9], Clip.Encode(text, 9));
        Assert.Empty(Clip.Encode(text, 0));
    }

    [Fact]
    public void Named_special_tokens_become_those_tokens()
        => Assert.Equal([49406, 2368, 49407], Clip.Encode("<|startoftext|> CAT <|endoftext|>"));

    [Theory]
    [InlineData("&amp;lt;", "<")]
    [InlineData("a\u001ccat", "a cat")]
    [InlineData("\0", "\0")]
    public void Odd_texts_read_like_plain_ones(string odd, string plain) => Assert.Equal(Clip.Encode(plain), Clip.Encode(odd));

    [Fact]   // no theory: texts that are no Unicode do not survive a list of tests
    public void A_lone_surrogate_reads_like_a_replacement_character()
    {
        Assert.Equal(Clip.Encode("a\ufffdcat"), Clip.Encode("a\ud83dcat"));
        Assert.Equal(Clip.Encode("\ufffd"), Clip.Encode("\udc31"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n\u3000")]
    public void Nothing_has_no_tokens(string text) => Assert.Empty(Clip.Encode(text));

    [Fact]
    public void Any_text_has_tokens_that_spell_its_words()
    {
        Dictionary<int, int> lengths = TokenLengths();
        Gen<char> odd = Gen.Choose(0, char.MaxValue).Select(code => (char)code);
        Gen<string> texts = odd.Or(Gen.Elements("aA 1's<|&#;\ud83d\udc31\u0130".ToCharArray())).ListOf().Select(letters => string.Concat(letters));
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            int[] ids = Clip.Encode(text);
            int bytes = ClipText.Words(ClipText.Clean(text)).Sum(System.Text.Encoding.UTF8.GetByteCount);
            return ids.Sum(id => lengths[id]) == bytes && Clip.EncodePadded(text).Length == ClipTokenizer.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\ud83d\udc31")]
    [InlineData("word ")]
    [InlineData("&lt;")]
    public void A_huge_text_takes_no_time_that_grows_with_its_square(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 200_000));
        long started = Stopwatch.GetTimestamp();
        Clip.EncodePadded(text);
        // About a second of a busy core; pairs looked for anew after each merge would take hours.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 60);
    }

    [Theory]
    [InlineData("#version: 0.2\na b\nab c\nzz q\n", "line 4")]
    [InlineData("a b\na b\n", "line 2")]
    [InlineData("a\n", "line 1")]
    [InlineData("", "is empty")]
    public void Damaged_merges_are_told_by_line(string merges, string told)
    {
        using var folder = new TestFolder();
        folder.Write("merges.txt", merges);
        Assert.Contains(told, Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_damage_to_the_merges_is_told_or_harmless()
    {
        byte[] valid = File.ReadAllBytes(Path.Combine(TextFiles.Tokenizer, "merges.txt"))[..400];
        using var folder = new TestFolder();
        Prop.ForAll(Damage.Of(valid).ToArbitrary(), damaged =>
        {
            folder.Write("merges.txt", damaged);
            try
            {
                ClipTokenizer.Load(folder.Path).Encode("the photo");
            }
            catch (CheckpointException)
            {
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("\"ab\":512", "\"ab\":513")]
    [InlineData("\"ab\":512,", "")]
    [InlineData("\"ab\":512", "\"ac\":512")]
    [InlineData("\"ab\":512", "\"ab\":\"512\"")]
    public void A_vocabulary_must_number_tokens_as_the_merges_do(string? old, string? changed)
    {
        using var folder = new TestFolder();
        folder.Write("merges.txt", "#version: 0.2\na b\n");
        ClipTokenizer small = ClipTokenizer.Load(folder.Path);
        Assert.Equal([512, (int)'c' - '!' + 256], small.Encode("abc"));
        string vocabulary = JsonSerializer.Serialize(BytePairMerges.Read(folder.Of("merges.txt")).Ids
            .Append(new("<|startoftext|>", 513)).Append(new("<|endoftext|>", 514)).ToDictionary());
        if (old is not null) Assert.Contains(old, vocabulary, StringComparison.Ordinal);
        folder.Write("vocab.json", old is null ? vocabulary : vocabulary.Replace(old, changed, StringComparison.Ordinal));
        if (old is null) Assert.Equal(515, ClipTokenizer.Load(folder.Path).Count);
        else Assert.Throws<CheckpointException>(() => ClipTokenizer.Load(folder.Path));
    }

    /// <summary>The bytes that each token stands for: a symbol of a file is a byte.</summary>
    private static Dictionary<int, int> TokenLengths()
    {
        var lengths = BytePairMerges.Read(Path.Combine(TextFiles.Tokenizer, "merges.txt")).Ids
            .ToDictionary(token => token.Value, token => token.Key.EndsWith("</w>", StringComparison.Ordinal) && token.Key.Length > 4
                ? token.Key.Length - 4 : token.Key.Length);
        lengths[Clip.Start] = "<|startoftext|>".Length;
        lengths[Clip.End] = "<|endoftext|>".Length;
        return lengths;
    }
}
