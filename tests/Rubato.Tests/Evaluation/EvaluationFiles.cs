using Rubato.Imaging;
using Rubato.Tests.Networks;
using Rubato.Training;

namespace Rubato.Tests.Evaluation;

/// <summary>What evaluation is tested on; tests/Goldens/evaluation/README.md says where it comes from.</summary>
internal static class EvaluationFiles
{
    public const string CifarVariable = "RUBATO_CIFAR10";

    private const int Side = 32;

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

    /// <summary>The first training pictures of CIFAR-10, in the folder that the environment names.</summary>
    public static Picture[] FirstTrainingPictures(int count)
    {
        TrainingPictures all = Cifar10.ReadTraining(CifarFolder);
        return [.. Enumerable.Range(0, count).Select(i => PictureOf(all, i))];
    }

    /// <summary>The test pictures that are there, up to a number, with their classes.</summary>
    public static (Picture[] Pictures, int[] Classes) FirstTestPictures(int count)
    {
        TrainingPictures all = Cifar10.ReadTest(CifarFolder);
        int[] chosen = [.. Enumerable.Range(0, count)];
        return ([.. chosen.Select(i => PictureOf(all, i))], [.. chosen.Select(all.Label)]);
    }

    private static string CifarFolder => Environment.GetEnvironmentVariable(CifarVariable)!;

    private static Picture PictureOf(TrainingPictures pictures, int index) => new(Side, Side, channels: 3, pictures.Pixels(index).ToArray());
}
