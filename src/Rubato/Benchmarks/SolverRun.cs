namespace Rubato.Benchmarks;

/// <summary>What is kept of one sample's run: never the picture.</summary>
/// <param name="Evaluations">Forwards of the network: one a branch.</param>
/// <param name="Seconds">Its share of the time of the samples that were drawn with it.</param>
/// <param name="Values">What was measured, as its <see cref="IStateMeasure"/> has it.</param>
internal sealed record SolverRun(int Evaluations, double Seconds, float[] Values) : ICachedRun<SolverRun>
{
    /// <inheritdoc/>
    public static SolverRun Read(BinaryReader reader)
    {
        int evaluations = reader.ReadInt32();
        double seconds = reader.ReadDouble();
        float[] values = new float[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++) values[i] = reader.ReadSingle();
        return new SolverRun(evaluations, seconds, values);
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Evaluations);
        writer.Write(Seconds);
        writer.Write(Values.Length);
        foreach (float value in Values) writer.Write(value);
    }
}
