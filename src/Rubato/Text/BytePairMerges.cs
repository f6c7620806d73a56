using System.Text;
using Rubato.Checkpoints;
using Rubato.Files;

namespace Rubato.Text;

/// <summary>
/// Byte-pair encoding in ids: 256 symbols for bytes, 256 for bytes that end a word, then one for each merge, in the order
/// of the merges. Of two pairs the one with the smaller id is merged first. Sennrich et al. 2016, arXiv:1508.07909.
/// </summary>
internal sealed class BytePairMerges
{
    /// <summary>Symbols that are no merge.</summary>
    public const int Bytes = 256, Symbols = 2 * Bytes;

    private const string EndOfWord = "</w>", Header = "#version";
    private const int MostBytes = 16 << 20;

    // The symbol of each byte: printable ones stand for themselves, and have the first ids (GPT-2, encoder.py).
    private static readonly char[] SymbolOf = new char[Bytes];
    private static readonly byte[] IdOf = new byte[Bytes];

    private readonly Dictionary<(int Left, int Right), int> _merges;

    static BytePairMerges()
    {
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range(0xA1, 12), .. Enumerable.Range(0xAE, 82)];
        int[] order = [.. printable, .. Enumerable.Range(0, Bytes).Except(printable)];
        foreach ((int id, int value) in order.Index())
        {
            IdOf[value] = (byte)id;
            SymbolOf[value] = (char)(id < printable.Length ? value : Bytes + id - printable.Length);
        }
    }

    private BytePairMerges(Dictionary<(int Left, int Right), int> merges, IReadOnlyDictionary<string, int> ids)
        => (_merges, Ids) = (merges, ids);

    /// <summary>The id of each token as it is written in a file.</summary>
    public IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>Reads <c>merges.txt</c>: a line of a version, then two tokens a line.</summary>
    /// <exception cref="CheckpointException">A line is no merge of two tokens that stand before it.</exception>
    public static BytePairMerges Read(string path)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string end in (string[])["", EndOfWord])
            for (int value = 0; value < Bytes; value++) ids[SymbolOf[value] + end] = IdOf[value] + (end.Length == 0 ? 0 : Bytes);
        var merges = new Dictionary<(int, int), int>();
        foreach ((int number, string line) in Lines(path).Index())
        {
            if (line.Length == 0 || (number == 0 && line.StartsWith(Header, StringComparison.Ordinal))) continue;
            int id = Symbols + merges.Count, blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0 || !ids.TryGetValue(line[..blank], out int left) || !ids.TryGetValue(line[(blank + 1)..], out int right)
                || !merges.TryAdd((left, right), id) || !ids.TryAdd(line[..blank] + line[(blank + 1)..], id))
            {
                throw new CheckpointException(path, $"has \"{Printable.Escape(line)}\" in line {number + 1}",
                    "a line joins two tokens that are known before it, and makes a new one");
            }
        }

        return new BytePairMerges(merges, ids);
    }

    /// <summary>Appends the ids of a word. The time grows with n log n.</summary>
    public void Encode(string word, List<int> ids)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        int count = bytes.Length;
        int[] symbols = new int[count], next = new int[count], previous = new int[count];
        var pairs = new PriorityQueue<(int At, int Left, int Right), (int Id, int At)>();
        for (int i = 0; i < count; i++)
            (symbols[i], next[i], previous[i]) = (IdOf[bytes[i]] + (i == count - 1 ? Bytes : 0), i + 1, i - 1);
        for (int i = 0; i + 1 < count; i++) Offer(i);
        while (pairs.TryDequeue(out (int At, int Left, int Right) pair, out (int Id, int At) merge))
        {
            int right = next[pair.At];
            // A pair counts as long as neither part was merged with another neighbour.
            if (symbols[pair.At] != pair.Left || right >= count || symbols[right] != pair.Right) continue;
            (symbols[pair.At], symbols[right], next[pair.At]) = (merge.Id, -1, next[right]);
            if (next[right] < count) previous[next[right]] = pair.At;
            if (previous[pair.At] >= 0) Offer(previous[pair.At]);
            if (next[pair.At] < count) Offer(pair.At);
        }

        for (int i = 0; i < count; i = next[i]) ids.Add(symbols[i]);

        void Offer(int at)
        {
            (int left, int right) = (symbols[at], symbols[next[at]]);
            if (_merges.TryGetValue((left, right), out int id)) pairs.Enqueue((at, left, right), (id, at));
        }
    }

    private static string[] Lines(string path)
    {
        const string Expected = "it holds the merges of a tokenizer";
        using var handle = InputFile.Open(path) ?? throw new CheckpointException(path, "is empty", Expected);
        long length = RandomAccess.GetLength(handle);
        if (length > MostBytes) throw new CheckpointException(path, $"has {length} bytes", $"merges have at most {MostBytes}");
        byte[] bytes = new byte[length];
        if (!InputFile.TryFill(handle, bytes, 0)) throw new CheckpointException(path, "became shorter", Expected);
        return Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").Split('\n');
    }
}
