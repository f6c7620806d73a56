using System.Runtime.InteropServices;

namespace Rubato.Tensors.Threads;

/// <summary>Puts threads on processors of the process's affinity mask (Linux; elsewhere the system decides).</summary>
internal static unsafe partial class Placement
{
    private const int Words = 16;   // 1,024 processors

    /// <summary>Processors that the calling thread may run on; 0 where that is not known.</summary>
    public static int Allowed()
    {
        ulong* allowed = stackalloc ulong[Words];
        return Read(allowed);
    }

    /// <summary>The processor that the calling thread runs on; -1 where that is not known.</summary>
    public static int Processor() => OperatingSystem.IsLinux() ? GetProcessor() : -1;

    /// <summary>Places the calling thread.</summary>
    /// <param name="core">Which of the allowed processors, counted from 0, modulo their number.</param>
    /// <param name="forGood">False: the whole mask is given back at once, and the thread stays while nothing better offers.</param>
    /// <returns>The processor; -1 where the system decides.</returns>
    public static int Place(int core, bool forGood)
    {
        ulong* allowed = stackalloc ulong[Words], one = stackalloc ulong[Words];
        int processors = Read(allowed);
        if (processors == 0) return -1;
        new Span<ulong>(one, Words).Clear();
        int processor = 0;
        for (int left = core % processors; ; processor++)
            if ((allowed[processor >> 6] >> (processor & 63) & 1) != 0 && left-- == 0) break;
        one[processor >> 6] = 1UL << (processor & 63);
        if (SetAffinity(0, Words * sizeof(ulong), one) != 0) return -1;   // refused in some sandboxes: costs speed only
        if (!forGood) _ = SetAffinity(0, Words * sizeof(ulong), allowed);
        return processor;
    }

    private static int Read(ulong* mask)
    {
        new Span<ulong>(mask, Words).Clear();
        if (!OperatingSystem.IsLinux() || GetAffinity(0, Words * sizeof(ulong), mask) < 0) return 0;
        int processors = 0;
        for (int i = 0; i < Words; i++) processors += System.Numerics.BitOperations.PopCount(mask[i]);
        return processors;
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    [SuppressGCTransition]   // 20 nanoseconds, in every region
    private static partial int GetProcessor();
}
