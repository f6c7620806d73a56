using Rubato.Files;

namespace Rubato.Imaging;

/// <summary>PNG files (W3C recommendation, third edition), without animation and colour management.</summary>
public static class Png
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a file of any colour type and depth; 16 bits are rounded to 8, fewer are stretched to 8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The largest picture to accept; <see cref="PictureLimits.Default"/> if null.</param>
    /// <returns>
    /// Grey files give 1 channel, colour and palette files 3; one more if the file has alpha or a transparent colour.
    /// </returns>
    /// <exception cref="PictureException">The file breaks a rule of the format, or a limit.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Picture Read(string path, PictureLimits? limits = null)
    {
        using var handle = InputFile.Open(path) ?? throw PngChunks.NoPng(path);
        using var stream = new FileStream(handle, FileAccess.Read);
        return new PngReader(stream, path, limits ?? PictureLimits.Default).Read();
    }

    /// <summary>Reads the bytes of a PNG file.</summary>
    /// <param name="bytes">All of the file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="limits">The largest picture to accept; <see cref="PictureLimits.Default"/> if null.</param>
    /// <inheritdoc cref="Read" path="/returns"/>
    /// <exception cref="PictureException">The bytes break a rule of the format, or a limit.</exception>
    public static Picture Decode(byte[] bytes, string name, PictureLimits? limits = null)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return new PngReader(stream, name, limits ?? PictureLimits.Default).Read();
    }

    /// <summary>Writes a picture and its texts. An existing file is replaced when all of the new one is on the disk.</summary>
    /// <param name="path">The file to make or to replace, in an existing folder.</param>
    /// <param name="picture">The picture; 8 bits a channel, colour type by its channels.</param>
    /// <exception cref="ArgumentException">A text or its keyword cannot be written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Picture picture)
    {
        byte[] bytes = Encode(picture);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of a PNG file with this picture and its texts.</summary>
    /// <exception cref="ArgumentException">A text or its keyword cannot be written.</exception>
    public static byte[] Encode(Picture picture) => PngWriter.Encode(picture);
}
