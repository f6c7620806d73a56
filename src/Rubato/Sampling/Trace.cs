namespace Rubato.Sampling;

/// <summary>What happened at an evaluation point.</summary>
public enum EvaluationAction
{
    /// <summary>The network was run.</summary>
    Evaluated,

    /// <summary>An earlier output was used again.</summary>
    Reused,
}

/// <summary>A number that a decision was taken by, with the threshold that it met or exceeded.</summary>
/// <param name="Name">Which criterion.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Threshold">What it was compared with.</param>
public readonly record struct Criterion(string Name, double Value, double Threshold)
{
    /// <summary>Whether the value is at most the threshold.</summary>
    public bool IsWithin => Value <= Threshold;
}

/// <summary>One evaluation point of a trajectory: what was done, and by which numbers it was decided.</summary>
/// <param name="point">Where the trajectory stood.</param>
public sealed class TraceEntry(EvaluationPoint point)
{
    private readonly List<Criterion> _criteria = [];

    /// <summary>Where the trajectory stood.</summary>
    public EvaluationPoint Point => point;

    /// <summary>Reused unless the network was run.</summary>
    public EvaluationAction Action => Evaluations > 0 ? EvaluationAction.Evaluated : EvaluationAction.Reused;

    /// <summary>Forwards of the network that this point cost: one a branch.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The branches that guidance asked for.</summary>
    public Branches Branches { get; internal set; }

    /// <summary>The numbers that decisions were taken by.</summary>
    public IReadOnlyList<Criterion> Criteria => _criteria;

    /// <summary>Seconds from the request to the answer, waiting for batch mates included.</summary>
    public double Seconds { get; internal set; }

    /// <summary>Notes a criterion; policies and guidance do.</summary>
    public void Note(Criterion criterion) => _criteria.Add(criterion);

    /// <summary>Counts forwards of the network.</summary>
    public void Count(int evaluations) => Evaluations += evaluations;
}

/// <summary>The record of a trajectory. Pictures, JSON and progress are drawn from it.</summary>
public sealed class Trace
{
    private readonly List<TraceEntry> _entries = [];

    /// <summary>One for each evaluation point, in order.</summary>
    public IReadOnlyList<TraceEntry> Entries => _entries;

    /// <summary>The entry of the present evaluation point.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public TraceEntry Current => _entries.Count > 0 ? _entries[^1]
        : throw new InvalidOperationException("The trajectory has not asked for a prediction yet.");

    /// <summary>What stands between the solver and the network, outermost first: guidance, then policies.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Forwards of the network in all.</summary>
    public int Evaluations => _entries.Sum(entry => entry.Evaluations);

    /// <summary>Evaluation points that were answered without the network.</summary>
    public int Skipped => _entries.Count(entry => entry.Action == EvaluationAction.Reused);

    /// <summary>Begins an evaluation point.</summary>
    public TraceEntry Begin(EvaluationPoint point)
    {
        var entry = new TraceEntry(point);
        _entries.Add(entry);
        return entry;
    }
}
