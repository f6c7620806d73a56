using System.Diagnostics;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Guidance;

/// <summary>What a network's output means.</summary>
public sealed record OutputMeaning
{
    /// <summary>The process that the network was trained on.</summary>
    public required IProcess Process { get; init; }

    /// <summary>What it predicts.</summary>
    public Parameterisation Parameterisation { get; init; } = Parameterisation.Noise;

    /// <summary>Keeps the predicted clean sample in range; null for no limit.</summary>
    public IDataLimit? Limit { get; init; }

    /// <summary>What it is told of a level.</summary>
    internal LevelInput LevelInput { get; init; }

    /// <summary>
    /// A prediction from an output as large as the state, and the variances that the network predicts beside it.
    /// </summary>
    public Prediction Predict(Tensor state, Tensor output, Level level, Tensor? variance = null)
        => new(state, output, level, Parameterisation, Process.InputScale(level), Limit) { Variance = variance };
}

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598, eq. 6) with its rules: asks for branches, combines
/// them anew at every step, and hands the solver one prediction. Branches that were reused are combined like fresh ones.
/// </summary>
/// <param name="branches">Policies and network.</param>
/// <param name="meaning">What the output is.</param>
/// <param name="scale">w: 1 asks for the conditional branch alone.</param>
/// <param name="rules">In order.</param>
/// <param name="totalSteps">Steps of the grid.</param>
/// <param name="context">Trace and cancellation of the trajectory.</param>
public sealed class GuidedDenoiser(
    IBranchEvaluator branches, OutputMeaning meaning, double scale, IEnumerable<IGuidance> rules, int totalSteps,
    SamplingContext context) : IDenoiser
{
    private readonly IGuidanceRule[] _rules = [.. rules.Select(rule => rule.Begin())];

    /// <summary>Called with every prediction, for progress and previews.</summary>
    public Action<TraceEntry, Prediction>? Predicted { get; init; }

    /// <inheritdoc/>
    public async Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        TraceEntry entry = context.Trace.Begin(point with { BeforeNoise = null });   // a record keeps no states
        long started = Stopwatch.GetTimestamp();
        entry.Branches = scale == 1 ? Branches.Conditional : Branches.Both;
        foreach (IGuidanceRule rule in _rules) entry.Branches = rule.Select(point, entry.Branches);

        BranchOutputs outputs = await branches.EvaluateAsync(x, point, entry.Branches).ConfigureAwait(false);
        entry.Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (entry.Branches == Branches.Conditional) outputs = outputs with { Unconditional = null };
        Tensor? variance = TakeVariance(ref outputs, x.Shape[1]);
        var observed = new EvaluationContext(
            point, x, totalSteps, output => meaning.Predict(x, output, point.Level).Noise, entry);
        foreach (IGuidanceRule rule in _rules) rule.Observe(observed, outputs);

        Tensor combined = Combine(outputs);
        foreach (IGuidanceRule rule in _rules) combined = rule.Adjust(combined, outputs);
        Prediction prediction = meaning.Predict(x, combined, point.Level, variance);
        Predicted?.Invoke(entry, prediction);
        return prediction;
    }

    /// <summary>
    /// Cuts the channels beyond those of the state off: they are predicted variances, which are not guided. The
    /// conditional branch's count, as in diffusers.
    /// </summary>
    private static Tensor? TakeVariance(ref BranchOutputs outputs, int channels)
    {
        if (outputs.Conditional is not { } c || c.Output.Shape[1] == channels) return null;
        Tensor variance = c.Output.Slice(1, channels, c.Output.Shape[1] - channels);
        outputs = new BranchOutputs(
            c with { Output = c.Output.Slice(1, 0, channels) },
            outputs.Unconditional is { } u ? u with { Output = u.Output.Slice(1, 0, channels) } : null);
        return variance;
    }

    private Tensor Combine(BranchOutputs outputs) => outputs switch
    {
        { Conditional: { } c, Unconditional: { } u } => LinearCombination.Of((1 - scale, u.Output), (scale, c.Output)),
        { Conditional: { } c } => c.Output,
        _ => throw new InvalidOperationException("The conditional branch did not come back."),
    };
}
