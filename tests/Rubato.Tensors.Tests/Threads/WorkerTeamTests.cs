using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Tests.Threads;

public sealed class WorkerTeamTests
{
    private static readonly KernelSet Set = KernelSet.All.First(set => set.Unavailable is null);

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 2)]
    [InlineData(3, 1000)]
    [InlineData(5, 64)]   // more threads than cores
    public void Every_unit_is_done_once(int threads, int units)
    {
        using var team = new WorkerTeam(threads);
        for (int round = 1; round <= 50; round++)
        {
            int[] done = new int[units];
            team.Run(Set, new Work(unit => Interlocked.Increment(ref done[unit])), units);
            Assert.All(done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Workers_that_fell_asleep_are_woken()
    {
        using var team = new WorkerTeam(3);
        for (int round = 0; round < 5; round++)
        {
            int done = 0;
            team.Run(Set, new Work(_ => Interlocked.Increment(ref done)), units: 30);
            Assert.Equal(30, done);
            Thread.Sleep(10);   // ten times the spin
        }
    }

    [Fact]
    public void Regions_inside_of_regions_run_on_their_own_thread()
    {
        using var team = new WorkerTeam(3);
        int[] done = new int[12];
        team.Run(Set, new Work(outer =>
        {
            int thread = Environment.CurrentManagedThreadId;
            team.Run(Set, new Work(inner =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                Interlocked.Increment(ref done[outer * 3 + inner]);
            }), units: 3);
        }), units: 4);
        Assert.All(done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Parts_are_done_once_and_their_operations_run_on_their_own_thread()
    {
        using var team = new WorkerTeam(3);
        int[] done = new int[4];
        team.Run(4, part =>
        {
            int thread = Environment.CurrentManagedThreadId;
            team.Run(Set, new Work(_ => Assert.Equal(thread, Environment.CurrentManagedThreadId)), units: 3);
            Interlocked.Increment(ref done[part]);
        });
        Assert.Equal([1, 1, 1, 1], done);
    }

    [Fact]
    public void Regions_of_many_threads_do_not_mix()
    {
        using var team = new WorkerTeam(2);
        int wrong = 0;
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 200; round++)
            {
                int sum = 0;
                team.Run(Set, new Work(unit => Interlocked.Add(ref sum, unit)), units: 10);
                if (sum != 45) Interlocked.Increment(ref wrong);
            }
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(0)]   // on the caller
    [InlineData(9)]   // on a worker
    public void What_a_kernel_throws_reaches_the_caller_and_the_team_lives_on(int failing)
    {
        using var team = new WorkerTeam(2);
        for (int round = 0; round < 3; round++)
        {
            int done = 0;
            Action<int> work = unit => _ = unit == failing ? throw new InvalidDataException("unit") : Interlocked.Increment(ref done);
            Assert.Throws<InvalidDataException>(() => team.Run(Set, new Work(work), units: 10));
            team.Run(Set, new Work(_ => { }), units: 10);
        }
    }

    [Fact]
    public void When_all_threads_throw_no_failure_is_left_for_the_next_region()
    {
        using var team = new WorkerTeam(3);
        Assert.Throws<InvalidDataException>(() => team.Run(Set, new Work(_ => throw new InvalidDataException("all")), units: 3));
        team.Run(Set, new Work(_ => { }), units: 3);
    }

    [Fact]
    public void A_disposed_team_refuses_work()
    {
        var team = new WorkerTeam(2);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(Set, new Work(_ => { }), units: 2));
    }

    [Fact]
    public void Needs_a_thread() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));

    private readonly struct Work(Action<int> unit) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = begin; i < end; i++) unit(i);
        }
    }
}
