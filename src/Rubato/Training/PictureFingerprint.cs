using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Rubato.Training;

/// <summary>Tells whether training goes on with the pictures that it began with.</summary>
internal static class PictureFingerprint
{
    public static string Of(
        (int Height, int Width, int Channels) size, IReadOnlyList<string> classes, int[] labels, byte[] pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{size.Height} {size.Width} {size.Channels}\n{string.Join('\n', classes)}\n"));
        hash.AppendData(MemoryMarshal.AsBytes<int>(labels));
        hash.AppendData(pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
