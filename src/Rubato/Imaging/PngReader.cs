using System.IO.Compression;

namespace Rubato.Imaging;

/// <summary>Reads one PNG file: chunks in their order, then pixels row by row.</summary>
internal sealed class PngReader(Stream stream, string file, PictureLimits limits)
{
    private const int LargestProfile = 4 << 20;

    // Deflate makes at most 1032 bytes of one: a stream too short for the pixels is known before they have memory.
    private const long LargestExpansion = 1032;

    private readonly PngChunks _chunks = new(stream, file);
    private readonly List<PictureText> _texts = [];
    private int _textBytesLeft = PngText.AllTextBytes;
    private PngHeader _header;
    private byte[]? _palette;
    private byte[]? _transparency;
    private Picture? _picture;

    public Picture Read()
    {
        _chunks.Next();
        if (_chunks.Type != "IHDR" || _chunks.Remaining != PngHeader.Bytes)
            throw _chunks.Refuse("stands first", "a PNG file begins with IHDR of 13 bytes");
        _header = PngHeader.Parse(_chunks.ReadAll(PngHeader.Bytes), file, limits);
        _chunks.Next();
        while (_chunks.Type != "IEND")
        {
            bool isImage = _chunks.Type == "IDAT";
            ReadChunk();
            if (!isImage)   // after the image data the next chunk is the current one already
                _chunks.Next();
        }

        if (_chunks.Remaining > 0)
            throw _chunks.Refuse("has data", "the end has none");
        return _picture ?? throw _chunks.Refuse("stands before any IDAT", "a picture has image data");
    }

    private void ReadChunk()
    {
        switch (_chunks.Type)
        {
            case "PLTE": _palette = ReadPalette(); break;
            case "tRNS": _transparency = ReadTransparency(); break;
            case "IDAT": _picture = ReadPixels(); break;
            case "iCCP" when _chunks.Remaining > LargestProfile:
                throw _chunks.Refuse($"has {_chunks.Remaining} bytes", $"at most {LargestProfile} are allowed");
            case { } type when PngText.IsText(type): _texts.Add(PngText.Read(_chunks, ref _textBytesLeft)); break;
            case { } type when char.IsAsciiLetterUpper(type[0]):
                throw _chunks.Refuse("is not known or stands twice", "the picture cannot be read without it");
            default: _chunks.Skip(); break;
        }
    }

    private byte[] ReadPalette()
    {
        byte[] palette = _chunks.ReadAll(3 * 256);
        bool fits = _header.Colour != PngColour.Palette || palette.Length <= 3 << _header.BitDepth;
        if (palette.Length == 0 || palette.Length % 3 != 0 || !fits)
            throw _chunks.Refuse($"has {palette.Length} bytes",
                "it holds 3 for each entry, and no more entries than the bit depth can name");
        if (_palette is not null || _transparency is not null || _picture is not null
            || _header.Colour is PngColour.Grey or PngColour.GreyAlpha)
            throw _chunks.Refuse("is out of place", "a colour picture has one, before tRNS and IDAT");
        return palette;
    }

    private byte[] ReadTransparency()
    {
        int entries = _palette is null ? 0 : _palette.Length / 3;
        byte[] transparency = _chunks.ReadAll(256);
        bool fits = _header.Colour switch
        {
            PngColour.Grey => transparency.Length == 2,
            PngColour.Rgb => transparency.Length == 6,
            PngColour.Palette => transparency.Length >= 1 && transparency.Length <= entries,
            _ => false,
        };
        if (!fits || _transparency is not null || _picture is not null)
            throw _chunks.Refuse($"of {transparency.Length} bytes is out of place",
                "there is one before IDAT: 2 bytes for grey, 6 for RGB, up to one for each entry of a palette before it");
        return transparency;
    }

    private Picture ReadPixels()
    {
        if (_picture is not null)
            throw _chunks.Refuse("stands apart", "image data is in consecutive chunks");
        if (_header.Colour == PngColour.Palette && _palette is null)
            throw _chunks.Refuse("stands before PLTE", "this colour type needs a palette");
        long stored = _header.StoredBytes();
        if (stored > _chunks.BytesLeft * LargestExpansion)
            throw Truncated(cause: null);

        var pixels = new PngPixels(_header, _palette, _transparency);
        var data = new PngImageData(_chunks);
        using var inflated = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            var picture = new Picture(_header.Width, _header.Height, pixels.Channels) { Texts = _texts };
            foreach (PngPass pass in _header.Passes())
                ReadPass(inflated, pixels, pass, picture);
            if (inflated.ReadByte() >= 0)
                throw new PictureException(file, "IDAT", "inflates to more bytes than the picture has",
                    $"they are exactly {stored}");

            // What the inflater left over belongs to IDAT still; its check sums count.
            Span<byte> piece = stackalloc byte[4096];
            while (data.Read(piece) > 0)
            {
            }

            return picture;
        }
        catch (EndOfStreamException e)
        {
            throw Truncated(e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)   // IOException: wants a preset dictionary
        {
            throw new PictureException(file, "IDAT", "cannot be inflated", "it must be a zlib stream", e);
        }
    }

    private void ReadPass(ZLibStream inflated, PngPixels pixels, PngPass pass, Picture picture)
    {
        int rowBytes = _header.RowBytes(pass.Width);
        byte[] row = new byte[1 + rowBytes], above = new byte[1 + rowBytes];
        for (int y = 0; y < pass.Height; y++)
        {
            inflated.ReadExactly(row);
            if (row[0] >= PngFilter.Count)
                throw new PictureException(file, "IDAT", $"names the filter {row[0]}", "filters are 0 to 4");
            PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), _header.FilterDistance);
            if (!pixels.TryExpand(row.AsSpan(1), pass, picture.Row(pass.Y + y * pass.StepY)))
                throw new PictureException(file, "IDAT", "names a colour that the palette lacks",
                    $"it has {_palette!.Length / 3}");
            (row, above) = (above, row);
        }
    }

    private PictureException Truncated(Exception? cause) =>
        new(file, "IDAT", "has fewer bytes than the picture", $"inflated they are exactly {_header.StoredBytes()}", cause);
}
