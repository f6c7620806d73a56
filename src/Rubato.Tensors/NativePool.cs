using System.Runtime.InteropServices;

namespace Rubato.Tensors;

/// <summary>
/// Native memory of scopes. Buffers come back when their scope ends and serve the next one, so that a steady state
/// asks the system for nothing.
/// </summary>
public static unsafe class NativePool
{
    private const int Alignment = 64;
    private const nuint HugePage = 2 << 20;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nuint, Stack<nint>> Free = [];
    private static long _allocated;
    private static long _rented;

    /// <summary>Bytes that the pool holds from the system, in use or waiting.</summary>
    public static long AllocatedBytes => Interlocked.Read(ref _allocated);

    /// <summary>Bytes in use by tensors of open scopes.</summary>
    public static long RentedBytes => Interlocked.Read(ref _rented);

    /// <summary>Gives the waiting buffers back to the system.</summary>
    public static void Trim()
    {
        lock (Gate)
        {
            foreach ((nuint size, Stack<nint> buffers) in Free)
            {
                foreach (nint buffer in buffers) NativeMemory.AlignedFree((void*)buffer);
                _allocated -= (long)size * buffers.Count;
            }

            Free.Clear();
        }
    }

    internal static void* Rent(long bytes)
    {
        nuint size = SizeClass(bytes);
        lock (Gate)
        {
            _rented += (long)size;
            if (Free.TryGetValue(size, out Stack<nint>? buffers) && buffers.TryPop(out nint buffer)) return (void*)buffer;
            _allocated += (long)size;
        }

        void* fresh = NativeMemory.AlignedAlloc(size, size >= HugePage ? HugePage : Alignment);
        HugePages.Advise(fresh, size);
        return fresh;
    }

    internal static void Return(void* buffer, long bytes)
    {
        nuint size = SizeClass(bytes);
        lock (Gate)
        {
            _rented -= (long)size;
            if (!Free.TryGetValue(size, out Stack<nint>? buffers)) Free.Add(size, buffers = new Stack<nint>());
            buffers.Push((nint)buffer);
        }
    }

    /// <summary>Eight classes to a factor of two: at most an eighth is wasted, and nearly equal sizes share buffers.</summary>
    private static nuint SizeClass(long bytes)
    {
        nuint wanted = (nuint)Math.Max(bytes, 512);
        nuint step = (nuint)1 << Math.Max(6, 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)wanted) - 3);
        return (wanted + step - 1) / step * step;
    }
}

/// <summary>Asks Linux for 2 MiB pages, which spares large operands most of their address translations.</summary>
internal static unsafe partial class HugePages
{
    private const int AdviceHugePage = 14;
    private const nuint Size = 2 << 20;

    public static void Advise(void* memory, nuint bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < 2 * Size) return;
        nuint begin = ((nuint)memory + Size - 1) / Size * Size, end = ((nuint)memory + bytes) / Size * Size;
        if (end > begin) _ = Madvise((void*)begin, end - begin, AdviceHugePage);   // advice: a refusal costs speed only
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* address, nuint length, int advice);
}
