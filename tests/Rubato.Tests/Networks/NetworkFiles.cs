using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

/// <summary>Networks and their goldens, in the repository or beside it.</summary>
internal static class NetworkFiles
{
    /// <summary>A folder of the repository.</summary>
    public static string InRepository(params string[] names)
        => Path.GetFullPath(Path.Combine([TestFolder.Source("."), "..", "..", .. names]));

    /// <summary>A golden case of family <c>models</c> in the repository.</summary>
    public static string Case(string name) => InRepository("tests", "Goldens", "models", name);

    public static UNet2DModel UNet2D(string folder) => (UNet2DModel)Architectures.Load(folder);

    public static Dictionary<string, Tensor> Tensors(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        var source = new CheckpointWeights(checkpoint);
        return source.Names.ToDictionary(name => name, source.Read, StringComparer.Ordinal);
    }

    /// <summary>Largest distance of two tensors; they must have one shape.</summary>
    public static double Distance(Tensor got, Tensor want)
    {
        Assert.Equal(want.Shape, got.Shape);
        return got.ToArray().Zip(want.ToArray(), (a, b) => Math.Abs((double)a - b)).Max();
    }
}
