using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tests.Text;
using Rubato.Text;

namespace Rubato.Tests.Pipelines;

public sealed class PromptReadingTests
{
    private static readonly Diffuser Cifar = DiffuserFolder.Load(TextFiles.Model);

    [Fact]
    public void Names_and_numbers_are_read_before_words()
    {
        Assert.Equal([new Subject("horse", new ClassLabel(7)), new Subject("horse", new ClassLabel(7)),
            new Subject("a pony on a hill", new ClassLabel(7))], Cifar.SubjectsOf(["HORSE ", "7", "a pony on a hill"]));
        Assert.Equal(new PromptReading(7, 1), Cifar.ReadingOf(" 7"));
        Assert.Equal(7, Cifar.ReadingOf("a pony on a hill").Class);
        Assert.InRange(Cifar.ReadingOf("a pony on a hill").Probability, 0.5, 1);
        Assert.Null(Cifar.ReadingOf("10").Class);
    }

    [Fact]
    public void A_prompt_for_nothing_that_is_drawn_is_refused_by_the_names_of_what_is()
    {
        string told = Assert.Throws<ArgumentException>(() => Cifar.SubjectsOf(["cat", "a slice\u001b[2J of pizza"])).Message;
        Assert.StartsWith("\"a slice\\u001b[2J of pizza\" names none of what acdiff draws: airplane, automobile, bird, ", told,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_no_picture_could_carry_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Cifar.SubjectsOf(["a cat\0"]));
        Assert.Throws<ArgumentException>(() => Cifar.SubjectsOf(["a cat\ud83d"]));
        Assert.Throws<ArgumentException>(() => Cifar.SubjectsOf(["a cat" + new string(' ', 4096)]));
        Assert.Single(Cifar.SubjectsOf(["a cat \ufffd 猫"]));
    }

    [Fact]
    public void A_model_without_a_reader_knows_names_alone()
    {
        Diffuser plain = Cifar with { ReadPrompt = null };
        Assert.Equal(new PromptReading(Class: null, 1), plain.ReadingOf("a cat"));
        Assert.Contains("knows no class \"a cat\"", Assert.Throws<ArgumentException>(() => plain.SubjectsOf(["a cat"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../text")]
    [InlineData("/etc")]
    [InlineData("")]
    public void The_notes_name_a_folder_beside_them(string name)
    {
        using var folder = new TestFolder();
        ClassModelFolder.Write(folder.Path, [8], 8, notes: $$"""{"prompts": "{{name}}"}""");
        Assert.Throws<CheckpointException>(() => DiffuserFolder.Load(folder.Path));
    }

    [Fact]
    public void A_reader_for_other_classes_is_told_when_it_is_needed()
    {
        using var folder = new TestFolder();
        ClassModelFolder.Write(folder.Path, [8], 8, notes: """{"prompts": "text"}""");
        foreach (string part in (string[])["text", "tokenizer"])
        {
            Directory.CreateDirectory(folder.Of(part));
            foreach (string file in Directory.EnumerateFiles(Path.Combine(TextFiles.Model, part)))
                File.Copy(file, Path.Combine(folder.Of(part), Path.GetFileName(file)));
        }

        Diffuser fox = DiffuserFolder.Load(folder.Path);
        Assert.Equal("fox", fox.SubjectsOf(["Fox"])[0].Prompt);
        Assert.Contains("the model draws \"fox\", \"sea lion\", \"Owl\"",
            Assert.Throws<CheckpointException>(() => fox.SubjectsOf(["a fox"])).Message, StringComparison.Ordinal);
    }
}
