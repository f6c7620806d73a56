using FsCheck;
using FsCheck.Fluent;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Tests.Core;

public sealed unsafe class WorkerTeamTests
{
    [Fact]
    public void Every_unit_is_done_once()
    {
        using var team = new WorkerTeam(3);
        Prop.ForAll(Gen.Choose(1, 1000).ToArbitrary(), units =>
        {
            int[] done = new int[units];
            fixed (int* counts = done) team.Run(KernelSet.Current, new Counter(counts), units);
            return done.All(count => count == 1);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_failure_of_a_worker_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new WorkerTeam(2);
        Assert.ThrowsAny<Exception>(() => team.Run(KernelSet.Current, new Failing(1), 2));
        Assert.ThrowsAny<Exception>(() => team.Run(KernelSet.Current, new Failing(0), 2));
        int[] done = new int[2];
        fixed (int* counts = done) team.Run(KernelSet.Current, new Counter(counts), 2);
        Assert.Equal([1, 1], done);
    }

    [Fact]
    public void Callers_on_many_threads_get_their_own_results()
    {
        using var team = new WorkerTeam(2);
        Parallel.For(0, 50, i =>
        {
            int[] done = new int[10 + i];
            fixed (int* counts = done) team.Run(KernelSet.Current, new Counter(counts), done.Length);
            Assert.All(done, count => Assert.Equal(1, count));
        });
    }

    private readonly struct Counter(int* counts) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int unit = begin; unit < end; unit++) Interlocked.Increment(ref counts[unit]);
        }
    }

    private readonly struct Failing(int unit) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            if (begin <= unit && unit < end) throw new InvalidDataException();
        }
    }
}
