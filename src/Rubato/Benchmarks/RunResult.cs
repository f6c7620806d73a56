using Rubato.Imaging;

namespace Rubato.Benchmarks;

/// <summary>A finished run of one sample.</summary>
/// <param name="Evaluated">Whether the network was run, step by step.</param>
/// <param name="Evaluations">Forwards of the network: one a branch.</param>
/// <param name="Cosines">Those that adaptive guidance took, in order.</param>
/// <param name="Picture">The picture.</param>
internal sealed record RunResult(bool[] Evaluated, int Evaluations, double[] Cosines, Picture Picture) : ICachedRun<RunResult>
{
    /// <inheritdoc/>
    public static RunResult Read(BinaryReader reader)
    {
        int evaluations = reader.ReadInt32();
        bool[] evaluated = new bool[reader.ReadInt32()];
        for (int i = 0; i < evaluated.Length; i++) evaluated[i] = reader.ReadBoolean();
        double[] cosines = new double[reader.ReadInt32()];
        for (int i = 0; i < cosines.Length; i++) cosines[i] = reader.ReadDouble();
        int width = reader.ReadInt32(), height = reader.ReadInt32(), channels = reader.ReadInt32();
        byte[] pixels = reader.ReadBytes(width * height * channels);
        return new RunResult(evaluated, evaluations, cosines, new Picture(width, height, channels, pixels));
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Evaluations);
        writer.Write(Evaluated.Length);
        foreach (bool evaluated in Evaluated) writer.Write(evaluated);
        writer.Write(Cosines.Length);
        foreach (double cosine in Cosines) writer.Write(cosine);
        writer.Write(Picture.Width);
        writer.Write(Picture.Height);
        writer.Write(Picture.Channels);
        writer.Write(Picture.Pixels);
    }
}
