namespace Rubato.Cli.Display;

/// <summary>What is known of a run under way. The engine's thread writes, the display reads; neither waits.</summary>
/// <param name="steps">Steps of each sample.</param>
internal sealed class Ledger(IReadOnlyList<int> steps) : IProgress<GenerationProgress>
{
    private readonly double[][] _filled = [.. steps.Select(count => new double[count])];
    private readonly int[] _reached = new int[steps.Count];
    private readonly int[] _evaluations = new int[steps.Count];

    public int Samples => steps.Count;

    /// <summary>Steps of each sample.</summary>
    public IReadOnlyList<int> Steps => steps;

    /// <summary>Steps that a sample has begun.</summary>
    public int Reached(int sample) => Volatile.Read(ref _reached[sample]);

    /// <summary>Whether a sample has begun its last step.</summary>
    public bool IsDone(int sample) => Reached(sample) == steps[sample];

    /// <summary>Evaluations of a sample so far.</summary>
    public int Evaluations(int sample) => Volatile.Read(ref _evaluations[sample]);

    /// <summary>Steps that all samples have begun, and their evaluations.</summary>
    public (int Reached, int Evaluations) Totals
        => (Enumerable.Range(0, Samples).Sum(Reached), Enumerable.Range(0, Samples).Sum(Evaluations));

    /// <summary>For each step that a sample has begun, 1 where the network was run and 0 where not.</summary>
    public ReadOnlySpan<double> Filled(int sample) => _filled[sample].AsSpan(0, Reached(sample));

    public void Report(GenerationProgress value)
    {
        if (value.Sample >= Samples || value.Step >= steps[value.Sample]) return;
        if (value.Entry.Evaluations > 0) _filled[value.Sample][value.Step] = 1;
        Volatile.Write(ref _evaluations[value.Sample], _evaluations[value.Sample] + value.Entry.Evaluations);
        Volatile.Write(ref _reached[value.Sample], value.Step + 1);
    }
}
