using System.Buffers.Binary;
using System.Text;

namespace Rubato.Imaging;

/// <summary>
/// The chunks of a PNG file, one after the other. A chunk's bytes are read in pieces; its check sum is compared when the
/// last of them has been read.
/// </summary>
internal sealed class PngChunks
{
    private const int FrameBytes = 12;   // length, type, check sum

    private readonly Stream _stream;
    private readonly string _file;
    private readonly byte[] _frame = new byte[8];
    private Crc32 _crc;

    public PngChunks(Stream stream, string file)
    {
        _stream = stream;
        _file = file;
        if (_stream.ReadAtLeast(_frame, _frame.Length, throwOnEndOfStream: false) < _frame.Length
            || !_frame.AsSpan().SequenceEqual(Png.Signature))
            throw NoPng(file);
    }

    /// <summary>Four letters; a capital first letter means that the picture cannot be read without the chunk.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Bytes of the current chunk's data that have not been read.</summary>
    public int Remaining { get; private set; }

    /// <summary>Bytes of the file from here on.</summary>
    public long BytesLeft => _stream.Length - _stream.Position;

    public static PictureException NoPng(string file) =>
        new(file, chunk: null, "is no PNG file", "one begins with the bytes 89 50 4E 47 0D 0A 1A 0A");

    /// <summary>Moves to the next chunk; the current one must have been read.</summary>
    public void Next()
    {
        if (BytesLeft < FrameBytes)
            throw new PictureException(_file, chunk: null, "ends without the chunk IEND", "it is cut off");
        _stream.ReadExactly(_frame);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_frame);
        ReadOnlySpan<byte> type = _frame.AsSpan(4);
        foreach (byte letter in type)
        {
            if (!char.IsAsciiLetter((char)letter))
                throw new PictureException(_file, chunk: null, $"has a chunk whose type is {Convert.ToHexString(type)}",
                    "a type is four letters");
        }

        Type = Encoding.ASCII.GetString(type);
        if (length > Math.Min(BytesLeft - 4, int.MaxValue))
            throw Refuse($"claims {length} bytes", $"at most 2147483647 are allowed, and {BytesLeft - 4} follow");
        Remaining = (int)length;
        _crc = new Crc32();
        _crc.Append(type);
        if (Remaining == 0)
            RequireCheckSum();
    }

    /// <summary>Reads up to the span's length; 0 at the end of the chunk.</summary>
    public int Read(Span<byte> destination)
    {
        if (Remaining == 0)
            return 0;
        Span<byte> piece = destination[..Math.Min(destination.Length, Remaining)];
        _stream.ReadExactly(piece);
        _crc.Append(piece);
        Remaining -= piece.Length;
        if (Remaining == 0)
            RequireCheckSum();
        return piece.Length;
    }

    /// <summary>All of the chunk's data, which is at most so many bytes.</summary>
    public byte[] ReadAll(int most)
    {
        if (Remaining > most)
            throw Refuse($"has {Remaining} bytes", $"at most {most} are allowed here");
        var data = new byte[Remaining];
        Read(data);
        return data;
    }

    public void Skip()
    {
        Span<byte> piece = stackalloc byte[4096];
        while (Remaining > 0)
            Read(piece);
    }

    public PictureException Refuse(string problem, string expected, Exception? cause = null) =>
        new(_file, Type, problem, expected, cause);

    private void RequireCheckSum()
    {
        Span<byte> written = stackalloc byte[4];
        _stream.ReadExactly(written);
        if (BinaryPrimitives.ReadUInt32BigEndian(written) != _crc.Value)
            throw Refuse("has a wrong check sum", $"by its bytes it is {_crc.Value:x8}");
    }
}
