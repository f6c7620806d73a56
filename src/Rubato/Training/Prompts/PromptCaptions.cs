namespace Rubato.Training.Prompts;

/// <summary>A prompt and the class that it asks for.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Class">Index; that behind the last class stands for none.</param>
internal readonly record struct LabelledPrompt(string Text, int Class);

/// <summary>
/// Captions of real pictures, divided for good by their names: a tenth is for tests and never looked at here, a tenth
/// judges training, the rest is trained on.
/// </summary>
/// <param name="Training">Wordings of the captions that name a class, with places for it, and of those that name none.</param>
/// <param name="Judging">What they ask for by the lexicon: the class that is named first.</param>
internal sealed record PromptCaptions(IReadOnlyList<Wording> Training, IReadOnlyList<LabelledPrompt> Judging)
{
    private const int Shares = 10, TestShare = 0, JudgingShare = 1;
    private const string IdColumn = "id", TextColumn = "text";

    /// <summary>Reads a table with tabs, whose first line names the columns id and text.</summary>
    /// <exception cref="TrainingDataException">It is no such table.</exception>
    public static PromptCaptions Read(string path, PromptLexicon lexicon)
    {
        var training = new List<Wording>();
        var judging = new List<LabelledPrompt>();
        foreach ((string text, int share) in Rows(path).Where(row => row.Share != TestShare))
        {
            IReadOnlyList<Mention> mentions = lexicon.MentionsIn(text);
            if (Wording.OfCaption(text, mentions) is not { } wording) continue;
            int asked = mentions is [] ? lexicon.Nouns.Count : mentions[0].Class!.Value;
            if (share == JudgingShare) judging.Add(new LabelledPrompt(text, asked));
            else training.Add(wording);
        }

        return training.Any(wording => wording.Nouns > 0) && training.Any(wording => wording.Nouns == 0)
            ? new PromptCaptions(training, judging)
            : throw new TrainingDataException(path, "has too few captions", "some must name a class of the lexicon, and some none");
    }

    private static IEnumerable<(string Text, int Share)> Rows(string path)
    {
        string[] lines = PromptFile.Lines(path);
        string[] names = lines is [] ? [] : lines[0].Split('\t');
        int id = Array.IndexOf(names, IdColumn), text = Array.IndexOf(names, TextColumn);
        if (id < 0 || text < 0)
        {
            throw new TrainingDataException(path, "is no table of captions",
                $"its first line must name the columns {IdColumn} and {TextColumn}, between tabs");
        }

        foreach ((int number, string line) in lines.Index().Skip(1))
        {
            if (line.Length == 0) continue;
            string[] cells = line.Split('\t');
            if (cells.Length != names.Length) throw PromptFile.Wrong(path, number, line, $"there must be {names.Length} cells");
            yield return (cells[text], (int)(Initialisation.HashOf(cells[id]) % Shares));
        }
    }
}
