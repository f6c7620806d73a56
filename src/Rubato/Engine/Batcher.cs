using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Threads;

namespace Rubato.Engine;

/// <summary>One forward that a trajectory waits for.</summary>
internal sealed class Evaluation(long trajectory, INetwork network, Tensor x, double time, Condition? condition, CancellationToken cancel)
{
    // Continuations run at once, on the engine's thread: completing an evaluation resumes its trajectory.
    private readonly TaskCompletionSource<Tensor> _result = new();

    public long Trajectory => trajectory;

    public INetwork Network => network;

    public Tensor State => x;

    public double Time => time;

    public Condition? Condition => condition;

    public bool IsCancelled => cancel.IsCancellationRequested;

    public Task<Tensor> Result => _result.Task;

    public void Complete(Tensor output) => _result.TrySetResult(output);

    public void Fail(Exception failure) => _result.TrySetException(failure);

    public void Cancel() => _result.TrySetCanceled(cancel);

    /// <summary>Whether two evaluations can be one network call.</summary>
    public bool RunsWith(Evaluation other)
        => network == other.Network && x.Shape.With(0, 1) == other.State.Shape.With(0, 1);
}

/// <summary>
/// Collects the evaluations that trajectories wait for, and runs those that fit together as one network call.
/// </summary>
/// <param name="largestBatch">Most samples in a call.</param>
internal sealed class Batcher(int largestBatch)
{
    // An eighth of the threads idle: about what is lost where all work on one call.
    private const int BusyForOneIdle = 7;

    private readonly Lock _gate = new();
    private readonly List<Evaluation> _waiting = [];   // in order of asking

    /// <summary>Called when an evaluation begins to wait; from any thread.</summary>
    public Action? Asked { get; init; }

    public bool IsIdle
    {
        get
        {
            lock (_gate) return _waiting.Count == 0;
        }
    }

    public Task<Tensor> EvaluateAsync(Evaluation evaluation)
    {
        lock (_gate) _waiting.Add(evaluation);
        Asked?.Invoke();
        return evaluation.Result;
    }

    /// <summary>Runs the group of the evaluation that has waited longest, and resumes its trajectories in the order of their ids.</summary>
    public void RunOneGroup()
    {
        List<Evaluation> cancelled, group;
        lock (_gate)
        {
            cancelled = _waiting.FindAll(evaluation => evaluation.IsCancelled);
            _waiting.RemoveAll(cancelled.Contains);
            group = TakeGroup();
        }

        foreach (Evaluation evaluation in cancelled) evaluation.Cancel();
        if (group.Count > 0) Run(group);
    }

    private List<Evaluation> TakeGroup()
    {
        if (_waiting.Count == 0) return [];
        Evaluation first = _waiting[0];
        var group = new List<Evaluation>();
        int samples = 0;
        foreach (Evaluation evaluation in _waiting.Where(first.RunsWith).OrderBy(evaluation => evaluation.Trajectory))
        {
            if (group.Count > 0 && samples + evaluation.State.Shape[0] > largestBatch) break;
            group.Add(evaluation);
            samples += evaluation.State.Shape[0];
        }

        _waiting.RemoveAll(group.Contains);
        return group;
    }

    private static void Run(List<Evaluation> group)
    {
        Tensor[] outputs;
        try
        {
            outputs = ForwardAll(group);
        }
        catch (Exception failure) when (group.Count == 1)
        {
            group[0].Fail(failure);
            return;
        }
        catch (Exception)
        {
            // One sample's condition or state is wrong: each runs alone, so that it fails alone.
            foreach (Evaluation evaluation in group) Run([evaluation]);
            return;
        }

        for (int i = 0; i < group.Count; i++) group[i].Complete(outputs[i]);
    }

    /// <summary>
    /// A call of the network on each thread with an equal part of the group: threads that wait for each other once a call
    /// lose less than threads that do so in every operation. A group that does not divide well is one call that all work on.
    /// </summary>
    private static Tensor[] ForwardAll(List<Evaluation> group)
    {
        WorkerTeam team = WorkerTeam.Current;
        int largest = (group.Count + team.Threads - 1) / team.Threads, idle = largest * team.Threads - group.Count;
        if (idle > group.Count / BusyForOneIdle) return Forward(group);
        var parts = new Tensor[team.Threads][];
        team.Run(parts.Length, i =>
        {
            int begin = group.Count * i / parts.Length, end = group.Count * (i + 1) / parts.Length;
            parts[i] = Forward(group[begin..end]);
        });
        return [.. parts.SelectMany(outputs => outputs)];
    }

    /// <summary>One call for the whole group; the outputs live on the managed heap, where trajectories may keep them.</summary>
    private static Tensor[] Forward(List<Evaluation> group)
    {
        using Scope scope = Scope.Begin();
        int samples = group.Sum(evaluation => evaluation.State.Shape[0]);
        float[] times = new float[samples];
        var conditions = new Condition?[samples];
        Tensor batch = Tensor.Empty(group[0].State.Shape.With(0, samples));
        int at = 0;
        foreach (Evaluation evaluation in group)
        {
            int count = evaluation.State.Shape[0];
            evaluation.State.AsSpan().CopyTo(batch.Rows(at, count).AsSpan());
            times.AsSpan(at, count).Fill((float)evaluation.Time);
            conditions.AsSpan(at, count).Fill(evaluation.Condition);
            at += count;
        }

        Tensor output = scope.Keep(group[0].Network.Evaluate(batch, times, conditions));
        var outputs = new Tensor[group.Count];
        at = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            int count = group[i].State.Shape[0];
            outputs[i] = output.Rows(at, count);
            at += count;
        }

        return outputs;
    }
}
