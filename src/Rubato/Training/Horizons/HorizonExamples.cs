using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Training.Horizons;

/// <summary>Conditions as what a <see cref="HorizonNetwork"/> reads.</summary>
internal sealed class HorizonExamples
{
    private readonly int[] _classes;
    private readonly Tensor _structure, _statistics;

    /// <param name="conditions">At least one.</param>
    /// <param name="classes">How many classes there are.</param>
    public HorizonExamples(IReadOnlyList<HorizonCondition> conditions, int classes)
    {
        Structure? some = conditions.Select(condition => condition.Structure).FirstOrDefault(structure => structure is not null);
        (int height, int width) = (some?.Shown.Height ?? 16, some?.Shown.Width ?? 16);
        _classes = [.. conditions.Select(condition => condition.Class ?? classes)];
        _structure = Tensor.Zeros([conditions.Count, Structure.Channels, height, width]);
        _statistics = Tensor.From([.. conditions.SelectMany(condition => StructureStatistics.Of(condition.Structure))],
            [conditions.Count, StructureStatistics.Count]);
        for (int i = 0; i < conditions.Count; i++) conditions[i].Structure?.Values.Span.CopyTo(_structure.Rows(i, 1).AsSpan());
    }

    /// <summary>What the network answers to some of them.</summary>
    /// <returns>[rows, A]</returns>
    public Tensor Ask(HorizonNetwork network, int[] rows)
    {
        Tensor structure = Tensor.Empty(_structure.Shape.With(0, rows.Length)), statistics = Tensor.Empty(_statistics.Shape.With(0, rows.Length));
        for (int i = 0; i < rows.Length; i++)
        {
            _structure.Rows(rows[i], 1).AsSpan().CopyTo(structure.Rows(i, 1).AsSpan());
            _statistics.Rows(rows[i], 1).AsSpan().CopyTo(statistics.Rows(i, 1).AsSpan());
        }

        return network.Evaluate([.. rows.Select(row => _classes[row])], structure, statistics);
    }

    /// <summary>What the network answers to all of them.</summary>
    /// <returns>[conditions, A]</returns>
    public Tensor AskAll(HorizonNetwork network) => Ask(network, [.. Enumerable.Range(0, _classes.Length)]);
}
