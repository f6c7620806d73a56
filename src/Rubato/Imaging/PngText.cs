using System.IO.Compression;
using System.Text;
using Rubato.Files;

namespace Rubato.Imaging;

/// <summary>The text chunks tEXt (Latin-1), zTXt (the same, compressed) and iTXt (UTF-8, compressed or not).</summary>
internal static class PngText
{
    public const int LongestKeyword = 79;

    /// <summary>All texts of a picture together, in bytes.</summary>
    public const int AllTextBytes = 16 << 20;

    private const int InflatedBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsText(string type) => type is "tEXt" or "zTXt" or "iTXt";

    /// <summary>Reads the current chunk, a text chunk.</summary>
    /// <param name="chunks">The file.</param>
    /// <param name="bytesLeft">Bytes that texts may still take; becomes less.</param>
    public static PictureText Read(PngChunks chunks, ref int bytesLeft)
    {
        if (chunks.Remaining > bytesLeft)
            throw TooMuch(chunks);
        byte[] data = chunks.ReadAll(bytesLeft);
        int end = data.AsSpan().IndexOf((byte)0);
        if (end is < 1 or > LongestKeyword)
            throw chunks.Refuse("has no keyword", "a text begins with 1 to 79 characters and a zero");
        string keyword = Encoding.Latin1.GetString(data, 0, end);
        ReadOnlySpan<byte> rest = data.AsSpan(end + 1);
        string text = chunks.Type switch
        {
            "tEXt" => Encoding.Latin1.GetString(rest),
            "zTXt" => Encoding.Latin1.GetString(Inflate(chunks, rest)),
            _ => ReadInternational(chunks, rest),
        };
        bytesLeft -= Math.Max(data.Length, text.Length);
        return bytesLeft >= 0 ? new PictureText(keyword, text) : throw TooMuch(chunks);
    }

    /// <summary>The type and data of the chunk that holds a text: tEXt if Latin-1 has all its characters, else iTXt.</summary>
    /// <exception cref="ArgumentException">The keyword or the text cannot be stored.</exception>
    public static (string Type, byte[] Data) Encode(PictureText text)
    {
        if (!IsKeyword(text.Keyword))
            throw new ArgumentException(
                $"\"{Printable.Escape(text.Keyword)}\" is no keyword: 1 to 79 printable Latin-1 characters without a blank "
                + "at the ends or two in a row.", nameof(text));
        if (text.Text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A text holds no NUL.", nameof(text));
        byte[] keyword = Encoding.Latin1.GetBytes(text.Keyword);
        return text.Text.All(c => c <= 0xFF)
            ? ("tEXt", [.. keyword, 0, .. Encoding.Latin1.GetBytes(text.Text)])
            : ("iTXt", [.. keyword, 0, 0, 0, 0, 0, .. StrictUtf8.GetBytes(text.Text)]);
    }

    private static PictureException TooMuch(PngChunks chunks) =>
        chunks.Refuse("is one text too many", $"texts have at most {AllTextBytes} bytes in all");

    private static bool IsKeyword(string keyword) =>
        keyword.Length is >= 1 and <= LongestKeyword
        && keyword.All(c => c is (>= ' ' and <= '~') or (> '\u00A0' and <= '\u00FF'))
        && keyword.Trim(' ').Length == keyword.Length && !keyword.Contains("  ", StringComparison.Ordinal);

    private static string ReadInternational(PngChunks chunks, ReadOnlySpan<byte> data)
    {
        // Compression flag and method, language tag, zero, translated keyword, zero.
        int language = data.Length < 2 ? -1 : data[2..].IndexOf((byte)0);
        int translated = language < 0 ? -1 : data[(2 + language + 1)..].IndexOf((byte)0);
        if (translated < 0 || data[0] > 1)
            throw chunks.Refuse("lacks a field", "language and translated keyword end with a zero, the flag is 0 or 1");
        ReadOnlySpan<byte> text = data[(2 + language + 1 + translated + 1)..];
        try
        {
            return StrictUtf8.GetString(data[0] == 0 ? text : Inflate(chunks, [data[1], .. text]));
        }
        catch (DecoderFallbackException e)
        {
            throw chunks.Refuse("is not UTF-8", "an international text is", e);
        }
    }

    /// <summary>Takes the compression method, which is 0, and the zlib stream after it.</summary>
    private static ReadOnlySpan<byte> Inflate(PngChunks chunks, ReadOnlySpan<byte> data)
    {
        if (data is not [0, ..])
            throw chunks.Refuse("has an unknown compression", "method 0 is the only one");
        using var stream = new ZLibStream(new MemoryStream(data[1..].ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var piece = new byte[8192];
        try
        {
            for (int count; (count = stream.Read(piece)) > 0;)
            {
                inflated.Write(piece, 0, count);
                if (inflated.Length > InflatedBytes)
                    throw chunks.Refuse("inflates to more than 1 MiB", "a compressed text has at most that");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw chunks.Refuse("cannot be inflated", "it must be a zlib stream", e);
        }

        return inflated.ToArray();
    }
}
