using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;
using Estimate = Rubato.Sampling.Prediction;

namespace Rubato.Goldens;

/// <summary>One call of the model: the state that it was asked for, and what it said.</summary>
internal readonly record struct RecordedCall(Tensor State, EvaluationPoint Point, Estimate Prediction);

/// <summary>
/// A trajectory of the real engine's parts, guidance and policies included, with analytic models for a network and
/// recorded noise for a generator.
/// </summary>
internal sealed class RecordedRun
{
    private readonly List<RecordedCall> _calls = [];

    private RecordedRun(Trace trace) => Trace = trace;

    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>What the model was told at every call.</summary>
    public double[] Times => [.. _calls.Select(call => call.Point.Level.Time)];

    public Trace Trace { get; }

    public Tensor Final { get; private set; } = Tensor.Zeros([]);

    /// <summary>The state after every call, which is the one of the next call, and the final one at the end.</summary>
    public IReadOnlyList<Tensor> States => [.. _calls.Skip(1).Select(call => call.State), Final];

    /// <summary>Runs a trajectory to its end.</summary>
    /// <param name="scheduler">What the models' output means.</param>
    /// <param name="plan">Solver and grid.</param>
    /// <param name="start">The start state; all samples of its batch share every decision.</param>
    /// <param name="models">The conditional model, and for guidance the unconditional one.</param>
    /// <param name="noise">The noise that a call draws, by the numbers of the call and of the draw within it.</param>
    /// <param name="control">Guidance and policies.</param>
    /// <param name="levels">alpha and sigma of a call by its number, as the reference had them; null for the engine's own.</param>
    public static RecordedRun Of(
        DiffusersScheduler scheduler, SchedulerPlan plan, Tensor start,
        (AnalyticModel Conditional, AnalyticModel? Unconditional) models, Func<int, int, float[]> noise, Control control,
        Func<int, (double Alpha, double Sigma)>? levels = null)
    {
        var trace = new Trace();
        var run = new RecordedRun(trace);
        var context = new SamplingContext(new Replay(run._calls, noise), trace);
        IBranchEvaluator branches = new AnalyticBranches(
            models.Conditional, models.Unconditional, scheduler.Meaning.Process, trace, levels);
        foreach (IPolicy policy in control.Policies) branches = policy.Wrap(branches, trace);
        var denoiser = new GuidedDenoiser(
            branches, scheduler.Meaning, control.Scale, control.Guidance, plan.Grid.Steps.Count, context);
        var recorder = new Recorder(denoiser, run._calls);
        run.Final = plan.Solver.SampleAsync(start, plan.Grid, recorder, context).GetAwaiter().GetResult();
        return run;
    }

    private sealed class Recorder(IDenoiser inner, List<RecordedCall> calls) : IDenoiser
    {
        public async Task<Estimate> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Estimate prediction = await inner.PredictAsync(x, point);
            calls.Add(new RecordedCall(x, point, prediction));
            return prediction;
        }
    }

    /// <summary>The noise of a call comes after its prediction; that of a path is recorded like any other.</summary>
    private sealed class Replay(List<RecordedCall> calls, Func<int, int, float[]> noise) : INoiseSource, IBrownianPath
    {
        private (int Call, int Draw) _next;

        public void Normal(Span<float> destination)
        {
            if (_next.Call != calls.Count - 1) _next = (calls.Count - 1, 0);
            noise(_next.Call, _next.Draw++).CopyTo(destination);
        }

        public void Increment(Span<float> destination, double from, double to) => Normal(destination);
    }
}

/// <summary>What stands between solver and model.</summary>
internal sealed record Control
{
    public static readonly Control None = new();

    public double Scale { get; init; } = 1;

    public IReadOnlyList<IGuidance> Guidance { get; init; } = [];

    public IReadOnlyList<IPolicy> Policies { get; init; } = [];
}
