using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Tests;

/// <summary>Runs on a certain kernel set and number of threads.</summary>
internal static class Machine
{
    /// <summary>The sets of this machine, and the widest in any case: the runtime splits its vectors.</summary>
    public static IReadOnlyList<KernelSet> Sets { get; } =
        [.. KernelSet.All.Where(set => set.Unavailable is null || set.Name == "avx512")];

    private static readonly WorkerTeam[] Teams = [new(1), new(2)];

    /// <summary>Runs something on a set and one or two threads.</summary>
    public static T On<T>(KernelSet set, int threads, Func<T> run)
    {
        WorkerTeam before = WorkerTeam.Current;
        using IDisposable use = KernelSet.Use(set);
        WorkerTeam.Current = Teams[threads - 1];
        try
        {
            return run();
        }
        finally
        {
            WorkerTeam.Current = before;
        }
    }
}
