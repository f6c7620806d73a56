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

    /// <summary>A prediction from an output; channels beyond those of the state are variances.</summary>
    public Prediction Predict(Tensor state, Tensor output, Level level)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(output);
        double scale = Process.InputScale(level);
        if (output.Shape == state.Shape) return new Prediction(state, output, level, Parameterisation, scale, Limit);
        int channels = state.Shape[1];
        return new Prediction(state, output.Slice(1, 0, channels), level, Parameterisation, scale, Limit)
        {
            Variance = output.Slice(1, channels, channels),
        };
    }
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
        TraceEntry entry = context.Trace.Begin(point);
        long started = Stopwatch.GetTimestamp();
        entry.Branches = scale == 1 ? Branches.Conditional : Branches.Both;
        foreach (IGuidanceRule rule in _rules) entry.Branches = rule.Select(point, entry.Branches);

        BranchOutputs outputs = await branches.EvaluateAsync(x, point, entry.Branches).ConfigureAwait(false);
        entry.Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (entry.Branches == Branches.Conditional) outputs = outputs with { Unconditional = null };
        var observed = new EvaluationContext(
            point, x, totalSteps, output => meaning.Predict(x, output, point.Level).Noise, entry);
        foreach (IGuidanceRule rule in _rules) rule.Observe(observed, outputs);

        Tensor combined = Combine(outputs);
        foreach (IGuidanceRule rule in _rules) combined = rule.Adjust(combined, outputs);
        Prediction prediction = meaning.Predict(x, combined, point.Level);
        Predicted?.Invoke(entry, prediction);
        return prediction;
    }

    private Tensor Combine(BranchOutputs outputs) => outputs switch
    {
        { Conditional: { } c, Unconditional: { } u } => LinearCombination.Of((1 - scale, u.Output), (scale, c.Output)),
        { Conditional: { } c } => c.Output,
        _ => throw new InvalidOperationException("The conditional branch did not come back."),
    };
}
