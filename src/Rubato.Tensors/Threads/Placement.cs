using System.Runtime.InteropServices;

namespace Rubato.Tensors.Threads;

/// <summary>Puts the calling thread on a core of the process's affinity mask (Linux; elsewhere the system decides).</summary>
internal static unsafe partial class Placement
{
    private const int Words = 16;   // 1,024 processors

    /// <summary>Places the calling thread.</summary>
    /// <param name="core">Which of the allowed cores, counted from 0, modulo their number.</param>
    /// <param name="forGood">False: the whole mask is given back at once, and the thread stays while nothing better offers.</param>
    public static void Place(int core, bool forGood)
    {
        if (!OperatingSystem.IsLinux()) return;
        ulong* allowed = stackalloc ulong[Words], one = stackalloc ulong[Words];
        new Span<ulong>(allowed, Words).Clear();
        new Span<ulong>(one, Words).Clear();
        if (GetAffinity(0, Words * sizeof(ulong), allowed) < 0) return;
        int cores = 0;
        for (int i = 0; i < Words; i++) cores += System.Numerics.BitOperations.PopCount(allowed[i]);
        if (cores == 0) return;
        int wanted = core % cores;
        for (int cpu = 0; cpu < Words * 64; cpu++)
        {
            if ((allowed[cpu >> 6] >> (cpu & 63) & 1) == 0 || wanted-- != 0) continue;
            one[cpu >> 6] = 1UL << (cpu & 63);
            break;
        }

        _ = SetAffinity(0, Words * sizeof(ulong), one);   // refused in some sandboxes: costs speed only
        if (!forGood) _ = SetAffinity(0, Words * sizeof(ulong), allowed);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, ulong* mask);
}
