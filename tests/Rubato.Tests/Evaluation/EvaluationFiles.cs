using Rubato.Imaging;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Evaluation;

/// <summary>What evaluation is tested on; tests/Goldens/evaluation/README.md says where it comes from.</summary>
internal static class EvaluationFiles
{
    public const string CifarVariable = "RUBATO_CIFAR10";

    private const int Side = 32, RecordBytes = 1 + 3 * Side * Side;

    /// <summary>The folder that ships.</summary>
    public static string Shipped { get; } = NetworkFiles.InRepository("models", "evaluation");

    public static string Golden(string name) => NetworkFiles.InRepository("tests", "Goldens", "evaluation", name);

    /// <summary>A picture of the planes red, green and blue.</summary>
    public static Picture OfPlanes(ReadOnlySpan<byte> planes)
    {
        var picture = new Picture(Side, Side, channels: 3);
        for (int i = 0; i < planes.Length; i++) picture.Pixels[i % (Side * Side) * 3 + i / (Side * Side)] = planes[i];
        return picture;
    }

    /// <summary>Pictures and classes of a binary file of CIFAR-10, in the folder that the environment names.</summary>
    public static IReadOnlyList<(Picture Picture, int Class)> Cifar(string file)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Environment.GetEnvironmentVariable(CifarVariable)!, file));
        return [.. bytes.Chunk(RecordBytes).Select(record => (OfPlanes(record.AsSpan(1)), (int)record[0]))];
    }
}
