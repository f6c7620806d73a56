using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>The networks that can be loaded, by the class that their configuration names.</summary>
public static class Architectures
{
    private const string ClassKey = "_class_name";

    /// <summary>Builds a network from its configuration and the root of its weights.</summary>
    public delegate INetwork Builder(ModelConfig config, Weights weights);

    /// <summary>Every class with its builder.</summary>
    public static readonly IReadOnlyDictionary<string, Builder> ByClass = new Dictionary<string, Builder>(StringComparer.Ordinal)
    {
        ["UNet2DModel"] = (config, weights) => new UNet2DModel(weights, UNet2DConfig.Read(config)),
        ["PlainCnn"] = (_, weights) => new PlainCnn(weights),
    };

    /// <summary>Loads the network of a folder in diffusers layout: <c>config.json</c> beside its tensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="precision">What its large products are computed in.</param>
    /// <exception cref="CheckpointException">
    /// A file breaks a rule, the class is not in <see cref="ByClass"/>, or the configuration describes no network.
    /// </exception>
    /// <exception cref="WeightsException">The tensors are not those of the network that the configuration describes.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static INetwork Load(string folder, Precision precision = Precision.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, "config.json");
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        Builder builder = config.ReadChoice<Builder?>(ClassKey, ByClass!, fallback: null)
            ?? throw CheckpointException.OfKey(path, ClassKey, "is missing", $"known are {string.Join(", ", ByClass.Keys)}");
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        try
        {
            return builder(config, new Weights(new CheckpointWeights(checkpoint), precision));
        }
        catch (ArgumentException e)   // numbers that do not divide each other, found where they meet
        {
            throw new CheckpointException(path, "describes no network", e.Message, e);
        }
    }
}
