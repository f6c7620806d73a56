using Rubato.Planning;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>
/// What horizons can be learned from, and what modules must be shown for it: every source by itself, and modules that learned
/// from it and were shown class and structure, or one of them alone, in training and in use. All are scored on the conditions that
/// were kept back, by their measured errors.
/// </summary>
/// <param name="measures">What is known of the conditions.</param>
internal sealed class HorizonComparison(HorizonMeasures measures)
{
    private readonly Dictionary<string, Learned> _learned = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The module that learned from a source and was shown all.</summary>
    public ParameterSet Module(string source) => LearnedFrom(source).Module;

    /// <summary>Scores all of them.</summary>
    /// <param name="own">The source of the model's own module.</param>
    /// <param name="learning">Told which source's turn it is.</param>
    /// <param name="cancel">Ends before the next module learns.</param>
    public HorizonResult Run(string own, Action<string>? learning, CancellationToken cancel)
    {
        var scores = new List<HorizonScore>();
        foreach (string source in HorizonSources.ByName.Keys)
        {
            if (!source.Equals(own, StringComparison.OrdinalIgnoreCase)) learning?.Invoke(source);   // that one was told before
            Learned learned = LearnedFrom(source);
            scores.Add(Score(source, inputs: null, [.. measures.HeldOut.Select(i => LawOf(learned.Curves[i]))]));
            foreach (HorizonInputs inputs in Enum.GetValues<HorizonInputs>())
            {
                cancel.ThrowIfCancellationRequested();
                HorizonMeasures seen = measures.Showing(inputs);
                ParameterSet module = inputs == HorizonInputs.Both ? learned.Module : Learn(source, seen).Module;
                HorizonCondition[] asked = [.. seen.HeldOut.Select(i => seen.Conditions[i])];
                scores.Add(Score(source, inputs, HorizonTrainer.Laws(module, asked, seen.Classes)));
            }
        }

        return new HorizonResult(
            HorizonSources.ByName.Keys.First(name => name.Equals(own, StringComparison.OrdinalIgnoreCase)), measures.HeldOut.Count, scores);
    }

    private Learned LearnedFrom(string source)
    {
        if (!_learned.TryGetValue(source, out Learned? learned)) _learned[source] = learned = Learn(source, measures);
        return learned;
    }

    private static Learned Learn(string source, HorizonMeasures seen)
    {
        IReadOnlyList<double[][]> curves = HorizonSources.ByName[source](seen);
        return new Learned(curves, HorizonTrainer.Train(
            [.. seen.Shown.Select(i => seen.Conditions[i])], [.. seen.Shown.Select(i => curves[i])], seen.Classes));
    }

    private HorizonScore Score(string source, HorizonInputs? inputs, IReadOnlyList<ErrorLaw> laws)
        => HorizonScore.Of(source, inputs, laws, [.. measures.HeldOut.Select(i => measures.Errors[i])]);

    /// <summary>The law of the mean of curves.</summary>
    private static ErrorLaw LawOf(double[][] curves) => ErrorLaw.Fit(HorizonLadder.Steps,
        [.. HorizonLadder.Steps.Select((_, rung) => curves.Average(curve => curve[rung]))]);

    /// <param name="Curves">What a source gives.</param>
    /// <param name="Module">What learned from it.</param>
    private sealed record Learned(IReadOnlyList<double[][]> Curves, ParameterSet Module);
}
