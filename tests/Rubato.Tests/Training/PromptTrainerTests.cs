using Rubato.Pipelines;
using Rubato.Tests.Evaluation;
using Rubato.Tests.Text;
using Rubato.Text;
using Rubato.Training;
using Rubato.Training.Prompts;

namespace Rubato.Tests.Training;

public sealed class PromptTrainerTests : IDisposable
{
    private static readonly string[] Classes = ["cat", "truck"];
    private static readonly ClipTokenizer Clip = ClipTokenizer.Load(TextFiles.Tokenizer);

    private readonly TestFolder _folder = new();

    public PromptTrainerTests()
    {
        _folder.Write("lexicon.txt", """
            # two classes
            [cat]
            cat, kitten, tabby|tabbies
            [truck]
            truck, tow truck, lorry|lorries
            [none]
            house, tree, river, cloud, man|men
            [ambiguous]
            tiger cat
            """);
        _folder.Write("templates.txt", "[templates]\n{a}\na photo of {a}\n{n}\nmy {n}\n{a} and {a2}\n{s} in a row\n"
            + "[adjectives]\nred, old\n[none]\nhello there\nthe blue sky\n");
        _folder.Write("captions.tsv", "text\tid\n" + string.Concat(Enumerable.Range(0, 40).Select(i
            => $"{(i % 2 == 0 ? "A kitten sleeps on a sofa" : "People walk along the river")} {i}\tc{i}\n")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_learns_a_few_words_and_what_is_exported_reads_as_it_does()
    {
        PromptData data = Data();
        var learner = new TokenLearner(data, Clip);
        var trainer = new PromptTrainer(data, learner, steps: 250, seed: 0);
        (double first, double last) = Train(trainer);
        Assert.InRange(last, 0, first / 5);
        PromptScore score = trainer.Judge();
        Assert.Equal((score.Classes, score.None), (score.ClassesRight, score.NoneRight));
        Assert.InRange(score.Classes + score.None, 1, 15);

        learner.Export(_folder.Of("model"));
        PromptEncoder encoder = PromptFolder.Load(_folder.Of("model"), TextFiles.Tokenizer);
        string[] prompts = ["an old cat", "my tow truck", "Lorries in a row", "a tabby and a truck", "a tree", "the sky"];
        Assert.Equal([0, 1, 1, 0, null, null], prompts.Select(prompt => encoder.Read(prompt).Class));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]   // halves in folders of their own
    public void It_learns_from_what_CLIP_makes_of_prompts_and_what_is_exported_brings_that_CLIP_along(bool whole)
    {
        using var parts = new TestFolder();
        if (!whole) ClipScoreTests.WriteParts(parts);
        PromptData data = Data();
        var learner = new ClipLearner(data, whole ? EvaluationFiles.Golden("clip") : parts.Path);
        var trainer = new PromptTrainer(data, learner, steps: 250, seed: 0);
        (double first, double last) = Train(trainer);
        Assert.InRange(last, 0, first / 2);   // CLIP's weights are random ones

        learner.Export(_folder.Of("model"));
        PromptEncoder read = PromptFolder.Load(_folder.Of("model"), TextFiles.Tokenizer), trained = trainer.Encoder;
        foreach (string prompt in (string[])["an old cat", "my tow truck", "a tree", "the sky", ""])
        {
            Assert.Equal(trained.Read(prompt).Class, read.Read(prompt).Class);
            Assert.Equal(trained.Read(prompt).Probability, read.Read(prompt).Probability, 0.01);   // float16
        }
    }

    [Fact]
    public void Examples_are_a_function_of_seed_and_number()
    {
        PromptExamples one = Examples(seed: 0), two = Examples(seed: 0);
        two.At(100);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(one.At(i).Tokens, two.At(i).Tokens));
        Assert.Contains(Enumerable.Range(0, 50), i => !one.At(i).Tokens.SequenceEqual(Examples(seed: 1).At(i).Tokens));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 200).Select(i => one.At(i).Class).Distinct().Order());
    }

    [Fact]
    public void Captions_are_divided_by_their_names_and_tests_get_their_tenth()
    {
        PromptCaptions captions = Data().Captions;
        int[] shares = [.. Enumerable.Range(0, 40).Select(i => (int)(Initialisation.HashOf($"c{i}") % 10))];
        Assert.Equal(shares.Count(share => share > 1), captions.Training.Count);
        Assert.Equal(shares.Count(share => share == 1), captions.Judging.Count);
        Assert.True(shares.Contains(0));
    }

    [Fact]
    public void The_longest_noun_is_what_a_text_names()
    {
        PromptLexicon lexicon = Data().Lexicon;
        const string Text = "Two tabbies, a tow truck and a tiger cat; scattered.";
        Assert.Equal([("tabbies", 0, true), ("tow truck", 1, false), ("tiger cat", (int?)null, false)],
            lexicon.MentionsIn(Text).Select(found => (Text.Substring(found.Begin, found.Length), found.Class, found.IsPlural)));
        Assert.Null(Wording.OfCaption(Text, lexicon.MentionsIn(Text)));
    }

    [Fact]
    public void A_caption_becomes_a_wording_with_places()
    {
        const string Text = "An old truck beside a cat.";
        Wording wording = Wording.OfCaption(Text, Data().Lexicon.MentionsIn(Text))!;
        Assert.Equal([new("An old "), new("", 1), new(" beside "), new("", 2, HasArticle: true), new(".")], wording.Parts);
        Assert.Equal(2, wording.Nouns);
    }

    [Theory]
    [InlineData("horse", "horses")]
    [InlineData("fox", "foxes")]
    [InlineData("pony", "ponies")]
    [InlineData("donkey", "donkeys")]
    [InlineData("ostrich", "ostriches")]
    [InlineData("mouse|mice", "mice")]
    public void Plurals_are_made_by_rule_unless_given(string noun, string plural) => Assert.Equal(plural, Noun.Parse(noun).Plural);

    [Theory]
    [InlineData("lexicon.txt", "[truck]", "[lorry]", "there must be [cat], [truck], [none], [ambiguous]")]
    [InlineData("lexicon.txt", "[truck]", "[cat]", "line 4")]
    [InlineData("lexicon.txt", "# two classes", "cat", "line 1")]
    [InlineData("templates.txt", "{n}", "{noun}", "places are")]
    [InlineData("templates.txt", "[none]", "[nothing]", "there must be [templates], [adjectives], [none]")]
    [InlineData("captions.tsv", "text\tid", "text\tname", "columns id and text")]
    [InlineData("captions.tsv", "\tc5\n", "\n", "line 7")]
    public void A_file_that_is_wrong_is_told(string file, string old, string changed, string told)
    {
        string text = File.ReadAllText(_folder.Of(file));
        Assert.Contains(old, text, StringComparison.Ordinal);
        _folder.Write(file, text.Replace(old, changed, StringComparison.Ordinal));
        Assert.Contains(told, Assert.Throws<TrainingDataException>(Data).Message, StringComparison.Ordinal);
    }

    private PromptData Data() => PromptData.Read(Classes, _folder.Path, _folder.Of("captions.tsv"));

    private PromptExamples Examples(long seed) => new(Data(), Clip, seed);

    /// <returns>The loss of the first step and of the last.</returns>
    private static (double First, double Last) Train(PromptTrainer trainer)
    {
        double first = trainer.Step(), last = first;
        while (trainer.Done < trainer.Steps) last = trainer.Step();
        return (first, last);
    }
}
