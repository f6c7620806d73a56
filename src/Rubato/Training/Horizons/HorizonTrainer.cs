using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>
/// Teaches a <see cref="HorizonNetwork"/> curves of errors: the loss is Huber's, with corners at 0.3, of ln d over all rungs of
/// the ladder, so that every rung teaches and noise of one does not. The same curves give the same weights.
/// </summary>
internal static class HorizonTrainer
{
    private const double Corner = 0.3;

    /// <summary>Trains.</summary>
    /// <param name="conditions">What was measured.</param>
    /// <param name="curves">For each condition one curve or more, as many for all: ln d by <see cref="HorizonLadder.Steps"/>.</param>
    /// <param name="classes">How many classes there are.</param>
    public static ParameterSet Train(IReadOnlyList<HorizonCondition> conditions, IReadOnlyList<double[][]> curves, int classes)
    {
        double mean = curves.Average(some => some.Average(curve => curve.Average()));
        return HorizonFit.Run(conditions, curves, classes, [(float)mean, 0, 0], Loss);
    }

    /// <summary>What a module foresees of conditions.</summary>
    /// <param name="parameters">The module's.</param>
    /// <param name="conditions">At least one.</param>
    /// <param name="classes">How many classes there are.</param>
    public static ErrorLaw[] Laws(ParameterSet parameters, IReadOnlyList<HorizonCondition> conditions, int classes)
    {
        HorizonNetwork network = HorizonFit.Network(parameters, classes);
        using Scope scope = Scope.Begin();
        Tensor answers = new HorizonExamples(conditions, classes).AskAll(network);
        return [.. Enumerable.Range(0, conditions.Count)
            .Select(i => ConditionTimeSteps.LawOf(answers.AsSpan().Slice(i * HorizonNetwork.Answers, HorizonNetwork.Answers)))];
    }

    /// <summary>Huber's loss, and what it changes by for a change of the answers.</summary>
    private static (double Loss, Tensor Gradient) Loss(Tensor answers, double[][] targets)
    {
        double loss = 0;
        Tensor gradient = Tensor.Zeros(answers.Shape);
        double[] places = [.. HorizonLadder.Steps.Select(steps => Math.Log(steps / ErrorLaw.Centre))];
        double scale = 1.0 / (targets.Length * places.Length);
        for (int n = 0; n < targets.Length; n++)
        {
            ReadOnlySpan<float> answer = answers.AsSpan().Slice(n * HorizonNetwork.Answers, HorizonNetwork.Answers);
            Span<float> slope = gradient.AsSpan().Slice(n * HorizonNetwork.Answers, HorizonNetwork.Answers);
            ErrorLaw law = ConditionTimeSteps.LawOf(answer), slopes = ConditionTimeSteps.SlopesOf(answer);
            for (int k = 0; k < places.Length; k++)
            {
                double miss = law.Level - law.Order * places[k] + law.Bend * places[k] * places[k] - targets[n][k];
                double inside = Math.Clamp(miss, -Corner, Corner), pull = scale * inside;
                loss += scale * inside * (miss - inside / 2);
                slope[0] += (float)(pull * slopes.Level);
                slope[1] -= (float)(pull * slopes.Order * places[k]);
                slope[2] += (float)(pull * slopes.Bend * places[k] * places[k]);
            }
        }

        return (loss, gradient);
    }
}
