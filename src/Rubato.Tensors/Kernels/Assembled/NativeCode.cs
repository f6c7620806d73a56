using System.Runtime.InteropServices;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>Machine code in memory of its own, which is never writable and executable at once.</summary>
internal static unsafe partial class NativeCode
{
    private const int Read = 1, Write = 2, Execute = 4, PrivateAnonymous = 0x22;
    private const int ArchPrctl = 158, RequestPermission = 0x1023, TileData = 18;   // of Linux on x64

    /// <summary>Makes a function of code.</summary>
    /// <returns>Its address; null where the system refuses executable memory, as hardened containers do.</returns>
    public static void* Publish(ReadOnlySpan<byte> code)
    {
        int page = Environment.SystemPageSize;
        nuint length = (nuint)((code.Length + page - 1) / page * page);
        void* memory = Map(null, length, Read | Write, PrivateAnonymous, -1, 0);
        if ((nint)memory == -1) return null;
        code.CopyTo(new Span<byte>(memory, code.Length));
        if (Protect(memory, length, Read | Execute) == 0) return memory;
        _ = Unmap(memory, length);
        return null;
    }

    /// <summary>Asks Linux for the use of tiles, once a process; without its leave the first tile ends the process.</summary>
    public static bool RequestTiles() => Syscall(ArchPrctl, RequestPermission, TileData) == 0;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, nint code, nint argument);
}
