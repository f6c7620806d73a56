using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>
/// Tokens of the JSON text in a part of a file, read in pieces: memory goes with the longest token, not with the length
/// that a file claims.
/// </summary>
internal ref struct JsonTokens(SafeFileHandle file, string path, long offset, long length)
{
    private const int PieceBytes = 1 << 16;
    private const int LongestToken = 8 << 20;   // 1 MiB of metadata in which every character is an escape of six

    private readonly long _end = offset + length;
    private long _position = offset;
    private byte[] _buffer = new byte[PieceBytes];
    private int _filled;
    private bool _final;
    private Utf8JsonReader _reader = new([], isFinalBlock: false, new JsonReaderState(new() { MaxDepth = 4 }));

    public readonly JsonTokenType Type => _reader.TokenType;

    /// <summary>The bytes of a number as written.</summary>
    public readonly ReadOnlySpan<byte> Digits => _reader.ValueSpan;

    /// <summary>Moves on; false after the last token.</summary>
    public bool Read()
    {
        try
        {
            while (!_reader.Read())
            {
                if (_final)
                    return false;
                Refill();
            }

            return true;
        }
        catch (JsonException e)
        {
            throw Invalid(e);
        }
    }

    /// <summary>Moves on and requires this token.</summary>
    public bool Read(JsonTokenType type) => Read() && Type == type;

    /// <summary>Whether the text of a string or a member's name is this one, without making a string of it.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => _reader.ValueTextEquals(text);

    /// <summary>The text of a string or a member's name.</summary>
    public readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e)   // not UTF-8, or half of a surrogate pair
        {
            throw Invalid(e);
        }
    }

    private void Refill()
    {
        int consumed = (int)_reader.BytesConsumed, kept = _filled - consumed;
        byte[] previous = _buffer;
        if (kept == _buffer.Length)
        {
            if (kept >= LongestToken)
                throw new CheckpointException(path, "has a text of more than 8 MiB in its header", "names have 1024 bytes");
            _buffer = new byte[2 * kept];
        }

        Buffer.BlockCopy(previous, consumed, _buffer, 0, kept);
        int wanted = (int)Math.Min(_buffer.Length - kept, _end - _position);
        if (!InputFile.TryFill(file, _buffer.AsSpan(kept, wanted), _position))
            throw new CheckpointException(path, "became shorter while it was read", "it must stay as it was");
        _position += wanted;
        _filled = kept + wanted;
        _final = _position == _end;
        _reader = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _final, _reader.CurrentState);
    }

    private readonly CheckpointException Invalid(Exception cause) =>
        new(path, "has a header that is not valid JSON", "it must be one JSON object in UTF-8", cause);
}
