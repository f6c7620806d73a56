using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Threads;

/// <summary>
/// The threads that kernels run on: the caller and one worker for each further core, waiting in a spin so that a
/// parallel region costs a microsecond. A worker is pinned to a core of its own for good. The caller is not the team's
/// to pin, but a region that begins on a worker's core moves it to the free one first: without that, Linux leaves both
/// on one core for seconds at a time.
/// </summary>
public sealed unsafe class WorkerTeam : IDisposable
{
    /// <summary>The environment variable that limits the number of threads.</summary>
    public const string Variable = "RUBATO_THREADS";

    // Waking a sleeper costs 100 microseconds; a network's regions follow each other closer than this.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(1);
    private static WorkerTeam? _current;

    private readonly Lock _gate = new();
    private readonly Worker[] _workers;
    private readonly Shares _shares;
    private readonly bool _coreForEach, _crowded;
    private delegate*<WorkerTeam, int, void> _part;
    private void* _kernel;
    private KernelSet? _set;
    private int _units;
    private bool _disposed;

    /// <summary>Starts a team.</summary>
    /// <param name="threads">The caller included; at least 1.</param>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_coreForEach, _crowded) = (threads <= Placement.Allowed(), threads > Environment.ProcessorCount);
        _shares = new Shares(threads);
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>The team that operations run on: all allowed cores, or as many as RUBATO_THREADS says.</summary>
    public static WorkerTeam Current
    {
        get => Volatile.Read(ref _current) ?? Start();
        set => _current = value;
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Threads => _workers.Length + 1;

    private static WorkerTeam Start()
    {
        int threads = int.TryParse(Environment.GetEnvironmentVariable(Variable), out int wanted) && wanted >= 1
            ? wanted : Environment.ProcessorCount;
        var team = new WorkerTeam(threads);
        if (Interlocked.CompareExchange(ref _current, team, comparand: null) is not { } other) return team;
        team.Dispose();
        return other;
    }

    /// <summary>
    /// Does the parts of a large piece of work, each on one thread: operations inside of a part run on its thread alone.
    /// </summary>
    /// <param name="parts">Number of parts.</param>
    /// <param name="part">Does the part of that index; several at once.</param>
    public void Run(int parts, Action<int> part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Run(KernelSet.Current, new WholeParts(part), parts);
    }

    /// <summary>
    /// Spreads the units over the threads. A region inside a region, or beside one, runs on its caller alone. What
    /// a kernel throws on any thread reaches the caller, after all threads are done.
    /// </summary>
    internal void Run<TKernel>(KernelSet set, in TKernel kernel, int units)
        where TKernel : struct, IKernel
    {
        if (_workers.Length == 0 || !_gate.TryEnter())
        {
            set.Run(kernel, 0, units);
            return;
        }

        try
        {
            if (_units != 0)   // the lock lets its holder in again: a region inside of this thread's own
            {
                set.Run(kernel, 0, units);
                return;
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_coreForEach) LeaveWorkersCores();
            TKernel local = kernel;   // on this stack, where the workers read it until they are joined
            _part = &Part<TKernel>;
            _kernel = Unsafe.AsPointer(ref local);
            _set = set;
            _units = units;
            _shares.Deal(units);
            foreach (Worker worker in _workers) worker.Go();
            Exception? failure = null;
            try
            {
                Part<TKernel>(this, 0);
            }
            catch (Exception own)
            {
                failure = own;
            }

            foreach (Worker worker in _workers) failure = worker.Join() ?? failure;
            _units = 0;
            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void LeaveWorkersCores()
    {
        int processor = Placement.Processor();
        foreach (Worker worker in _workers)
        {
            if (worker.Processor != processor || processor < 0) continue;
            Placement.Place(core: 0, forGood: false);
            return;
        }
    }

    private static void Part<TKernel>(WorkerTeam team, int thread)
        where TKernel : struct, IKernel
    {
        while (team._shares.TryTake(thread, out int begin, out int end))
            team._set!.Run(Unsafe.AsRef<TKernel>(team._kernel), begin, end);
    }

    /// <summary>Ends the workers, after a region that is under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (Worker worker in _workers) worker.Dispose();
        }
    }

    private readonly struct WholeParts(Action<int> part) : IKernel
    {
        public void Run<TSimd>(int begin, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int i = begin; i < end; i++) part(i);
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly WorkerTeam _team;
        private readonly int _index;
        private readonly SemaphoreSlim _bed = new(0);
        private readonly Thread _thread;
        private Turn _turn;
        private Exception? _failure;
        private int _processor = -1;

        public Worker(WorkerTeam team, int index)
        {
            (_team, _index) = (team, index);
            _thread = new Thread(Loop, maxStackSize: 4 << 20) { IsBackground = true, Name = $"rubato kernels {index}" };
            _thread.Start();
        }

        /// <summary>Where the thread is pinned; -1 while it is not.</summary>
        public int Processor => Volatile.Read(ref _processor);

        public void Go()
        {
            Interlocked.Increment(ref _turn.Asked);   // a full fence: Asleep is read after it
            if (Volatile.Read(ref _turn.Asleep) != 0) _bed.Release();
        }

        /// <summary>Waits for the part that <see cref="Go"/> began; what it threw, or null.</summary>
        public Exception? Join()
        {
            var wait = new SpinWait();
            while (Volatile.Read(ref _turn.Done) != _turn.Asked)
            {
                if (wait.Count < 30) Thread.SpinWait(8);
                wait.SpinOnce(sleep1Threshold: -1);
            }

            return Interlocked.Exchange(ref _failure, null);
        }

        public void Dispose()
        {
            Volatile.Write(ref _turn.Stopped, 1);
            Go();
            _thread.Join();
            _bed.Dispose();
        }

        private void Loop()
        {
            Volatile.Write(ref _processor, Placement.Place(_index, forGood: true));
            for (int seen = 0; ; Volatile.Write(ref _turn.Done, seen))
            {
                Await(seen);
                seen++;
                if (Volatile.Read(ref _turn.Stopped) != 0) return;
                try
                {
                    _team._part(_team, _index);
                }
                catch (Exception failure)   // carried to the caller: a worker must not die
                {
                    _failure = failure;
                }
            }
        }

        private void Await(int seen)
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _turn.Asked) == seen)
            {
                if (_team._crowded) Thread.Yield();   // with more threads than cores, who waits stands in the way of who works
                else Spin(seen);
                if (Stopwatch.GetElapsedTime(start) < SpinTime) continue;
                Interlocked.Exchange(ref _turn.Asleep, 1);
                if (Volatile.Read(ref _turn.Asked) == seen) _bed.Wait();
                Interlocked.Exchange(ref _turn.Asleep, 0);
                while (_bed.Wait(0)) Thread.Yield();   // releases that came as the worker woke by itself
            }
        }

        private void Spin(int seen)
        {
            for (int spin = 0; spin < 100 && Volatile.Read(ref _turn.Asked) == seen; spin++) Thread.SpinWait(1);
        }

        /// <summary>What the two sides write, each on its own pair of cache lines.</summary>
        [StructLayout(LayoutKind.Explicit, Size = 512)]
        private struct Turn
        {
            [FieldOffset(128)]
            public int Asked;

            [FieldOffset(132)]
            public int Stopped;

            [FieldOffset(256)]
            public int Done;

            [FieldOffset(384)]
            public int Asleep;
        }
    }
}
