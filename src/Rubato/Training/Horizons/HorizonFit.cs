using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>
/// Fits a <see cref="HorizonNetwork"/> to what is known of conditions, by AdamW with a rate that falls to 0. The same targets give
/// the same weights.
/// </summary>
internal static class HorizonFit
{
    private const double Rate = 1e-3;
    private const int MostUpdates = 3000, UpdatesOfCondition = 20, MostRows = 64;

    /// <summary>Fits.</summary>
    /// <param name="conditions">What is asked.</param>
    /// <param name="targets">How many targets each condition has.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="begin">What is answered at first; as many numbers as an answer has.</param>
    /// <param name="gradient">
    /// The loss's derivative by the answers [N, A]; row n is of the target <c>rows[n] % targets</c> of the condition
    /// <c>rows[n] / targets</c>.
    /// </param>
    public static ParameterSet Run(
        IReadOnlyList<HorizonCondition> conditions, int targets, int classes, ReadOnlySpan<float> begin,
        Func<Tensor, int[], Tensor> gradient)
    {
        var parameters = new ParameterSet();
        HorizonNetwork network = Network(parameters, classes, begin.Length);
        Initialisation.Fill(parameters, seed: 0);
        begin.CopyTo(parameters["answer.bias"].Value.AsSpan());
        parameters["answer.bias"].MarkChanged();
        var optimiser = new AdamW(parameters.All, new AdamWOptions { Beta2 = 0.99, WeightDecay = 0.01 });
        var examples = new HorizonExamples(conditions, classes);
        var order = new NumberedRandom(seed: 0, NoisePurpose.TrainingOrder);
        int lastRow = conditions.Count * targets, batch = Math.Min(MostRows, lastRow);
        int updates = Math.Min(MostUpdates, UpdatesOfCondition * conditions.Count);
        for (int update = 0; update < updates; update++)
        {
            using Scope scope = Scope.Begin();
            int[] rows = [.. Enumerable.Range(0, batch).Select(i => order.Below(lastRow, (ulong)update, (uint)i))];
            parameters.ClearGradients();
            using var tape = Tape.Begin();
            Tensor answers = examples.Ask(network, [.. rows.Select(row => row / targets)]);
            tape.Backward(answers, gradient(answers, rows));
            double left = 1 - (double)update / updates;   // the rate falls to 0
            optimiser.Step(Rate * left);
        }

        return parameters;
    }

    /// <summary>The network of parameters.</summary>
    /// <param name="parameters">Of it; an empty set gets them.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="answers">How many numbers it answers.</param>
    public static HorizonNetwork Network(ParameterSet parameters, int classes, int answers = HorizonNetwork.Answers)
        => new(new Weights(parameters), classes, Structure.Channels, StructureStatistics.Count, answers);
}
