using Rubato.Guidance;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Guidance;

/// <summary>A network whose branches are given for every step, under guidance.</summary>
internal sealed class FixedBranches(Func<int, (float[] Conditional, float[] Unconditional)> outputs) : IBranchEvaluator
{
    private static readonly Level Level = VariancePreserving.FromKappa(1.5, time: 7);

    public bool Fresh { get; init; } = true;

    public Trace Trace { get; } = new();

    public Task<BranchOutputs> EvaluateAsync(Tensor x, EvaluationPoint point, Branches branches)
    {
        (float[] conditional, float[] unconditional) = outputs(point.Step);
        return Task.FromResult(new BranchOutputs(
            Branch(Branches.Conditional, conditional), Branch(Branches.Unconditional, unconditional)));

        BranchOutput? Branch(Branches branch, float[] values)
        {
            if ((branches & branch) == Branches.None) return null;
            Trace.Current.Count(1);
            return new BranchOutput(Tensor.From(values, [1, values.Length, 1, 1]), Level, Fresh);
        }
    }

    /// <summary>Asks for the predictions of some steps.</summary>
    public Prediction[] Predict(int steps, double scale, params IGuidance[] rules)
        => Predict(steps, scale, channels: null, rules);

    /// <summary>Asks for the predictions of some steps, where the state has fewer channels than the output.</summary>
    public Prediction[] Predict(int steps, double scale, int? channels, params IGuidance[] rules)
    {
        var meaning = new OutputMeaning { Process = VariancePreserving.FromBetas([0.1f]) };
        var context = new SamplingContext(new NoiseStream(0, NoisePurpose.Step), Trace);
        var denoiser = new GuidedDenoiser(this, meaning, scale, rules, steps, context);
        Tensor x = Tensor.Zeros([1, channels ?? outputs(0).Conditional.Length, 1, 1]);
        return [.. Enumerable.Range(0, steps).Select(step
            => denoiser.PredictAsync(x, new EvaluationPoint(step, 0, Level)).GetAwaiter().GetResult())];
    }
}
