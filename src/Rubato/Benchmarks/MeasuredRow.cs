namespace Rubato.Benchmarks;

/// <summary>What the runs of a row come to: few enough numbers to be kept with a page when its runs are gone.</summary>
/// <param name="Evaluations">Of a run, in the mean.</param>
/// <param name="Seconds">Of a run, in the mean.</param>
/// <param name="Spent">Seconds of all runs that had not been made for another row.</param>
/// <param name="Values">What was measured, as whoever asked for the row has it.</param>
internal sealed record MeasuredRow(double Evaluations, double Seconds, double Spent, double[] Values) : ICachedRun<MeasuredRow>
{
    /// <inheritdoc/>
    public static MeasuredRow Read(BinaryReader reader)
    {
        (double evaluations, double seconds, double spent) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        double[] values = new double[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++) values[i] = reader.ReadDouble();
        return new MeasuredRow(evaluations, seconds, spent, values);
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Evaluations);
        writer.Write(Seconds);
        writer.Write(Spent);
        writer.Write(Values.Length);
        foreach (double value in Values) writer.Write(value);
    }
}
