using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;

namespace Rubato.Text;

/// <summary>
/// The tokenizer of OpenAI's CLIP (Radford et al. 2021, arXiv:2103.00020): lower-cased byte-pair encoding.
/// </summary>
/// <remarks>
/// The steps and ids of openai/CLIP, but that broken text is taken as it stands: the reference repairs it with the Python
/// package ftfy first, which also straightens curly quotation marks. Character references are those of HTML 4. Any text
/// has ids; lone surrogates count as U+FFFD. Safe for several threads.
/// </remarks>
public sealed class ClipTokenizer
{
    /// <summary>Tokens of a padded text.</summary>
    public const int Length = 77;

    private const string MergesFile = "merges.txt", VocabularyFile = "vocab.json";
    private const int MostVocabularyBytes = 16 << 20;

    private readonly BytePairMerges _merges;

    private ClipTokenizer(BytePairMerges merges) => _merges = merges;

    /// <summary>The token before a text: 49406 in CLIP's vocabulary.</summary>
    public int Start => _merges.Ids.Count;

    /// <summary>The token behind it: 49407.</summary>
    public int End => Start + 1;

    /// <summary>Number of tokens: 49408.</summary>
    public int Count => Start + 2;

    /// <summary>Loads the folder of a tokenizer: <c>merges.txt</c>, and <c>vocab.json</c> where there is one.</summary>
    /// <exception cref="CheckpointException">A file is damaged, or the two number tokens differently.</exception>
    /// <exception cref="IOException"><c>merges.txt</c> does not exist or cannot be read.</exception>
    public static ClipTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string merges = Path.Combine(folder, MergesFile), vocabulary = Path.Combine(folder, VocabularyFile);
        ModelFolder.RequireInside(folder, merges, merges);
        var tokenizer = new ClipTokenizer(BytePairMerges.Read(merges));
        if (!File.Exists(vocabulary)) return tokenizer;
        ModelFolder.RequireInside(folder, vocabulary, vocabulary);
        tokenizer.RequireSame(vocabulary);
        return tokenizer;
    }

    /// <summary>The tokens of a text, without <see cref="Start"/> and <see cref="End"/>.</summary>
    /// <param name="text">Any text; one that names a special token, such as <c>&lt;|endoftext|&gt;</c>, gets that.</param>
    /// <param name="most">Where to stop; no token beyond it is returned.</param>
    public int[] Encode(string text, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var ids = new List<int>();
        foreach (string word in ClipText.Words(ClipText.Clean(text)))
        {
            if (ids.Count >= most) break;
            if (word == ClipText.Start) ids.Add(Start);
            else if (word == ClipText.End) ids.Add(End);
            else _merges.Encode(word, ids);
        }

        return [.. ids.Take(most)];
    }

    /// <summary>As a text encoder takes it: start, at most 75 tokens, end, padding.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="padding">
    /// What fills the rest; null for <see cref="End"/>, as SD 1 and the first encoder of SDXL have it. SD 2 and the second
    /// encoder of SDXL pad with 0.
    /// </param>
    /// <returns><see cref="Length"/> tokens.</returns>
    public int[] EncodePadded(string text, int? padding = null)
    {
        int[] padded = new int[Length];
        Array.Fill(padded, padding ?? End);
        int[] ids = Encode(text, Length - 2);
        padded[0] = Start;
        ids.CopyTo(padded, 1);
        padded[ids.Length + 1] = End;
        return padded;
    }

    private void RequireSame(string path)
    {
        int found = 0;
        foreach (JsonProperty token in JsonFile.ReadObject(path, MostVocabularyBytes).EnumerateObject())
        {
            int id = token.Name == ClipText.Start ? Start : token.Name == ClipText.End ? End
                : _merges.Ids.GetValueOrDefault(token.Name, -1);
            found++;
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int written) || written != id)
            {
                throw CheckpointException.OfKey(path, token.Name, $"is {Printable.Escape(token.Value.GetRawText())}",
                    id < 0 ? $"{MergesFile} makes no such token" : $"{MergesFile} makes it {id}");
            }
        }

        if (found != Count) throw new CheckpointException(path, $"has {found} tokens", $"{MergesFile} makes {Count}");
    }
}
