using System.Collections.Concurrent;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Engine;

/// <summary>Everything that makes one sample.</summary>
public sealed record SampleRequest
{
    /// <summary>The network.</summary>
    public required INetwork Network { get; init; }

    /// <summary>What its output means.</summary>
    public required OutputMeaning Meaning { get; init; }

    /// <summary>How the state moves.</summary>
    public required ISolver Solver { get; init; }

    /// <summary>Where it stops on the way, in the solver's coordinates.</summary>
    public required TimeGrid Grid { get; init; }

    /// <summary>
    /// The start state, [n, C, H, W], at the level where the grid begins. All n share every decision: 1 but for parity
    /// with batch-wide references.
    /// </summary>
    public required Tensor Start { get; init; }

    /// <summary>Fresh noise for stochastic steps.</summary>
    public required INoiseSource Noise { get; init; }

    /// <summary>What the sample is to show; null for an unconditional model.</summary>
    public Condition? Condition { get; init; }

    /// <summary>What it is guided away from; null for no condition.</summary>
    public Condition? NegativeCondition { get; init; }

    /// <summary>w of classifier-free guidance; 1 evaluates the conditional branch alone.</summary>
    public double GuidanceScale { get; init; } = 1;

    /// <summary>Guidance rules, in order.</summary>
    public IReadOnlyList<IGuidance> Guidance { get; init; } = [];

    /// <summary>Policies, outermost first.</summary>
    public IReadOnlyList<IPolicy> Policies { get; init; } = [];

    /// <summary>Called on the engine's thread after every prediction; it must be quick.</summary>
    public Action<TraceEntry, Prediction>? Predicted { get; init; }
}

/// <summary>A finished sample.</summary>
/// <param name="State">[n, C, H, W], at the level where the grid ended.</param>
/// <param name="Trace">What was evaluated, reused and why.</param>
public sealed record Sample(Tensor State, Trace Trace);

/// <summary>
/// Runs trajectories, each a plain asynchronous method, on one thread: all run until all wait for the network, what
/// they wait for runs in batches, and they go on in the order in which they joined. A trajectory may join at any
/// time, asks as often as it likes, and leaves when it is done; what the others compute does not change by a bit.
/// </summary>
public sealed class Sampler : IDisposable
{
    private readonly Lock _gate = new();   // joining, leaving and ending exclude each other
    private readonly Batcher _batcher;
    private readonly ConcurrentQueue<Action> _joining = [];
    private readonly AutoResetEvent _signal = new(initialState: false);
    private readonly Thread _thread;
    private long _joined;
    private int _active;
    private bool _ending;

    /// <summary>Starts the engine.</summary>
    /// <param name="largestBatch">Most samples in one network call, at least 1: bounds the memory of a call.</param>
    public Sampler(int largestBatch = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(largestBatch, 1);
        _batcher = new Batcher(largestBatch) { Asked = () => _signal.Set() };
        _thread = new Thread(Loop) { IsBackground = true, Name = "rubato engine" };
        _thread.Start();
    }

    /// <summary>Makes a sample. Failing or being cancelled concerns this sample alone.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled; the sample ended at its next evaluation.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public Task<Sample> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Whoever awaits the sample goes on elsewhere: this thread belongs to the trajectories.
        var result = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending, this);
            long id = ++_joined;
            _active++;
            _joining.Enqueue(() => _ = RunAsync(request, id, result, cancellationToken));
            _signal.Set();
        }

        return result.Task;
    }

    /// <summary>Ends the engine after the trajectories that have joined.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ending) return;
            _ending = true;
            _signal.Set();
        }

        _thread.Join();
        lock (_gate) _signal.Dispose();
    }

    private async Task RunAsync(
        SampleRequest request, long id, TaskCompletionSource<Sample> result, CancellationToken cancel)
    {
        try
        {
            result.SetResult(await SampleAsync(request, id, cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException cancelled) when (cancel.IsCancellationRequested)
        {
            result.TrySetCanceled(cancelled.CancellationToken);
        }
        catch (Exception failure)   // belongs to whoever awaits the sample
        {
            result.TrySetException(failure);
        }
        finally
        {
            lock (_gate)
            {
                _active--;
                _signal.Set();
            }
        }
    }

    private async Task<Sample> SampleAsync(SampleRequest request, long id, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var trace = new Trace
        {
            Layers = [.. request.Guidance.Select(rule => rule.Description), .. request.Policies.Select(policy => policy.Description)],
        };
        var context = new SamplingContext(request.Noise, trace, cancel);
        IBranchEvaluator branches = new NetworkBranches(_batcher, request, id, trace, cancel);
        foreach (IPolicy policy in request.Policies.Reverse()) branches = policy.Wrap(branches, trace);
        var denoiser = new GuidedDenoiser(
            branches, request.Meaning, request.GuidanceScale, request.Guidance, request.Grid.Steps.Count, context)
        {
            Predicted = request.Predicted,
        };
        return new Sample(await request.Solver.SampleAsync(request.Start, request.Grid, denoiser, context).ConfigureAwait(false), trace);
    }

    private void Loop()
    {
        while (true)
        {
            while (_joining.TryDequeue(out Action? join)) join();
            if (!_batcher.IsIdle) _batcher.RunOneGroup();
            else if (HasEnded()) return;
            else _signal.WaitOne();
        }
    }

    private bool HasEnded()
    {
        lock (_gate) return _ending && _active == 0;
    }

    /// <summary>The innermost evaluator: every branch is one forward of the network.</summary>
    private sealed class NetworkBranches(
        Batcher batcher, SampleRequest request, long id, Trace trace, CancellationToken cancel) : IBranchEvaluator
    {
        private readonly TrajectoryInput _told = new(request.Meaning.LevelInput, request.Grid);

        public async Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
        {
            double scale = request.Meaning.Process.InputScale(point.Level);
            // A state within rounding of the network's scale is passed as it is.
            Tensor input = Math.Abs(scale - 1) < 1e-12 ? x : x.Scale(scale);
            // Both, even where one fails: nothing of a trajectory stays behind when it ends.
            BranchOutput?[] outputs = await Task.WhenAll(
                AskAsync(Branches.Conditional, request.Condition),
                AskAsync(Branches.Unconditional, request.NegativeCondition)).ConfigureAwait(false);
            return new BranchOutputs(outputs[0], outputs[1]);

            async Task<BranchOutput?> AskAsync(Branches branch, Condition? condition)
            {
                if ((branches & branch) == Branches.None) return null;
                trace.Current.Count(x.Shape[0]);
                if (_told.Length is { } length) condition = new TrajectoryCondition(condition, length);
                var evaluation = new Evaluation(id, request.Network, input, _told.TimeOf(point.Level), condition, cancel);
                return new BranchOutput(await batcher.EvaluateAsync(evaluation).ConfigureAwait(false), point.Level, Fresh: true);
            }
        }
    }
}
