using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>What is made least: the mean loss of answers, and its derivative by them.</summary>
/// <param name="answers">[N, A]</param>
/// <param name="targets">Of each answer.</param>
internal delegate (double Loss, Tensor Gradient) HorizonLoss(Tensor answers, double[][] targets);

/// <summary>
/// Fits a <see cref="HorizonNetwork"/> to what is known of conditions, by AdamW. What is known is noisy and of few conditions, so
/// how long it learns is found first, by cross-validation: as long as the loss of fifths that networks do not learn from goes on
/// falling. The same targets give the same weights.
/// </summary>
internal static class HorizonFit
{
    private const double Rate = 1e-3;
    private const int MostUpdates = 3000, UpdatesOfCondition = 20, MostRows = 64, Folds = 5;

    // The loss is looked at every so often; it may rise for as long as it fell, and for this much more.
    private const int Between = 10, Patience = 100;

    /// <summary>Fits.</summary>
    /// <param name="conditions">What is asked.</param>
    /// <param name="targets">For each condition one target or more, as many for all.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="begin">What is answered at first; as many numbers as an answer has.</param>
    /// <param name="loss">Of a batch.</param>
    public static ParameterSet Run(
        IReadOnlyList<HorizonCondition> conditions, IReadOnlyList<double[][]> targets, int classes, ReadOnlySpan<float> begin,
        HorizonLoss loss)
    {
        var examples = new HorizonExamples(conditions, classes);
        Row[] rows = [.. targets.SelectMany((some, condition) => some.Select(target => new Row(condition, target)))];
        int updates = Math.Min(MostUpdates, UpdatesOfCondition * conditions.Count);
        if (conditions.Count >= Folds)
        {
            var folds = new Fold[Folds];
            for (int i = 0; i < Folds; i++)
            {
                ILookup<bool, Row> apart = rows.ToLookup(row => row.Condition % Folds == i);
                folds[i] = new Fold(new Learner(examples, classes, begin, loss), [.. apart[false]], [.. apart[true]]);
            }

            // A rate that falls to 0 goes half as far in as many updates.
            updates = Math.Min(updates, 2 * BestUpdates(folds, updates / 2));
        }

        var learner = new Learner(examples, classes, begin, loss);
        for (int update = 0; update < updates; update++) learner.Learn(rows, update, Rate * (1 - (double)update / updates));
        return learner.Parameters;
    }

    /// <summary>The network of parameters.</summary>
    /// <param name="parameters">Of it; an empty set gets them.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="answers">How many numbers it answers.</param>
    public static HorizonNetwork Network(ParameterSet parameters, int classes, int answers = HorizonNetwork.Answers)
        => new(new Weights(parameters), classes, Structure.Channels, StructureStatistics.Count, answers);

    /// <summary>After how many updates at a constant rate the loss of what is kept apart is least, over all folds.</summary>
    private static int BestUpdates(Fold[] folds, int most)
    {
        (int best, double least) = (Between, double.PositiveInfinity);
        for (int update = 0; update < most && update < 2 * best + Patience; update += Between)
        {
            double loss = 0;
            foreach (Fold fold in folds)
            {
                for (int i = 0; i < Between; i++) fold.Learner.Learn(fold.Rows, update + i, Rate);
                loss += fold.Learner.LossOf(fold.Apart);
            }

            if (loss < least) (best, least) = (update + Between, loss);
        }

        return best;
    }

    /// <param name="Condition">The place of the condition.</param>
    /// <param name="Target">One of its targets.</param>
    private readonly record struct Row(int Condition, double[] Target);

    /// <param name="Learner">What learns.</param>
    /// <param name="Rows">From what.</param>
    /// <param name="Apart">What it is judged by.</param>
    private sealed record Fold(Learner Learner, Row[] Rows, Row[] Apart);

    /// <summary>A network that learns.</summary>
    private sealed class Learner
    {
        private readonly HorizonExamples _examples;
        private readonly HorizonLoss _loss;
        private readonly HorizonNetwork _network;
        private readonly AdamW _optimiser;
        private readonly NumberedRandom _order = new(seed: 0, NoisePurpose.TrainingOrder);

        public Learner(HorizonExamples examples, int classes, ReadOnlySpan<float> begin, HorizonLoss loss)
        {
            (_examples, _loss) = (examples, loss);
            _network = Network(Parameters, classes, begin.Length);
            Initialisation.Fill(Parameters, seed: 0);
            Parameter bias = Parameters["answer.bias"];
            begin.CopyTo(bias.Value.AsSpan());
            bias.MarkChanged();
            _optimiser = new AdamW(Parameters.All, new AdamWOptions { Beta2 = 0.99, WeightDecay = 0.01 });
        }

        public ParameterSet Parameters { get; } = new();

        /// <summary>One update, by a batch of some rows.</summary>
        public void Learn(Row[] rows, int update, double rate)
        {
            using Scope scope = Scope.Begin();
            Row[] batch = [.. Enumerable.Range(0, Math.Min(MostRows, rows.Length))
                .Select(i => rows[_order.Below(rows.Length, (ulong)update, (uint)i)])];
            Parameters.ClearGradients();
            using var tape = Tape.Begin();
            Tensor answers = Ask(batch);
            tape.Backward(answers, Judge(answers, batch).Gradient);
            _optimiser.Step(rate);
        }

        public double LossOf(Row[] rows)
        {
            using Scope scope = Scope.Begin();
            return Judge(Ask(rows), rows).Loss;
        }

        private Tensor Ask(Row[] rows) => _examples.Ask(_network, [.. rows.Select(row => row.Condition)]);

        private (double Loss, Tensor Gradient) Judge(Tensor answers, Row[] rows)
            => _loss(answers, [.. rows.Select(row => row.Target)]);
    }
}
