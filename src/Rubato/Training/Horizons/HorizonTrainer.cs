using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>
/// Teaches a <see cref="HorizonNetwork"/> measured errors: the loss is Huber's, with corners at 0.3, of ln d over all rungs of
/// the ladder, so that every rung teaches and noise of one does not. The same curves give the same weights.
/// </summary>
internal static class HorizonTrainer
{
    private const double Corner = 0.3, Rate = 1e-3;
    private const int MostUpdates = 3000, UpdatesOfCondition = 20, Batch = 64;

    /// <summary>Trains.</summary>
    /// <param name="conditions">What was measured.</param>
    /// <param name="errors">ln d, for each condition and noise, by <see cref="HorizonLadder.Steps"/>.</param>
    /// <param name="classes">How many classes there are.</param>
    public static ParameterSet Train(IReadOnlyList<HorizonCondition> conditions, IReadOnlyList<double[][]> errors, int classes)
    {
        var parameters = new ParameterSet();
        var network = new HorizonNetwork(new Weights(parameters), classes, Structure.Channels, StructureStatistics.Count);
        Initialisation.Fill(parameters, seed: 0);
        Span<float> answer = parameters["answer.bias"].Value.AsSpan();
        answer[0] = (float)errors.Average(noises => noises.Average(curve => curve.Average()));
        parameters["answer.bias"].MarkChanged();
        var optimiser = new AdamW(parameters.All, new AdamWOptions { Beta2 = 0.99, WeightDecay = 0.01 });
        var examples = new HorizonExamples(conditions, classes);
        var order = new NumberedRandom(seed: 0, NoisePurpose.TrainingOrder);
        int lastRow = conditions.Count * HorizonLadder.Noises, updates = Math.Min(MostUpdates, UpdatesOfCondition * conditions.Count);
        for (int update = 0; update < updates; update++)
        {
            using Scope scope = Scope.Begin();
            int[] rows = [.. Enumerable.Range(0, Batch).Select(i => order.Below(lastRow, (ulong)update, (uint)i))];
            int[] shown = [.. rows.Select(row => row / HorizonLadder.Noises)];
            parameters.ClearGradients();
            using var tape = Tape.Begin();
            Tensor answers = examples.Ask(network, shown);
            Tensor gradient = LossGradient(answers, [.. rows.Select(row => errors[row / HorizonLadder.Noises][row % HorizonLadder.Noises])]);
            tape.Backward(answers, gradient);
            double left = 1 - (double)update / updates;   // the rate falls to 0
            optimiser.Step(Rate * left);
        }

        return parameters;
    }

    /// <summary>What Huber's loss changes by for a change of the answers.</summary>
    private static Tensor LossGradient(Tensor answers, double[][] targets)
    {
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
                double pull = scale * Math.Clamp(miss, -Corner, Corner);
                slope[0] += (float)(pull * slopes.Level);
                slope[1] -= (float)(pull * slopes.Order * places[k]);
                slope[2] += (float)(pull * slopes.Bend * places[k] * places[k]);
            }
        }

        return gradient;
    }
}
