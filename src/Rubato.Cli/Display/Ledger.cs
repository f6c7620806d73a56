namespace Rubato.Cli.Display;

/// <summary>What is known of a run under way. The engine's thread writes, the display reads; neither waits.</summary>
/// <param name="samples">How many samples.</param>
/// <param name="steps">Steps of each.</param>
internal sealed class Ledger(int samples, int steps) : IProgress<GenerationProgress>
{
    private readonly double[][] _filled = [.. Enumerable.Range(0, samples).Select(_ => new double[steps])];
    private readonly int[] _reached = new int[samples];
    private readonly int[] _evaluations = new int[samples];

    public int Samples => samples;

    public int Steps => steps;

    /// <summary>Steps that a sample has begun.</summary>
    public int Reached(int sample) => Volatile.Read(ref _reached[sample]);

    /// <summary>Evaluations of a sample so far.</summary>
    public int Evaluations(int sample) => Volatile.Read(ref _evaluations[sample]);

    /// <summary>Steps that all samples have begun, and their evaluations.</summary>
    public (int Reached, int Evaluations) Totals
        => (Enumerable.Range(0, samples).Sum(Reached), Enumerable.Range(0, samples).Sum(Evaluations));

    /// <summary>For each step that a sample has begun, 1 where the network was run and 0 where not.</summary>
    public ReadOnlySpan<double> Filled(int sample) => _filled[sample].AsSpan(0, Reached(sample));

    public void Report(GenerationProgress value)
    {
        if (value.Sample >= samples || value.Step >= steps) return;
        if (value.Entry.Evaluations > 0) _filled[value.Sample][value.Step] = 1;
        Volatile.Write(ref _evaluations[value.Sample], _evaluations[value.Sample] + value.Entry.Evaluations);
        Volatile.Write(ref _reached[value.Sample], value.Step + 1);
    }
}
