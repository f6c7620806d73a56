using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Evaluation;

/// <summary>Looks at pictures with the Inception of FID: Fréchet distances in its features are what is published as FID.</summary>
internal sealed class InceptionFeatures
{
    private const int Batch = 8;   // bounds the memory of a call: 25 MB for each picture

    private readonly string _path;
    private readonly InceptionV3 _network;

    private InceptionFeatures(string path, InceptionV3 network) => (_path, _network) = (path, network);

    /// <summary>Loads the network.</summary>
    /// <param name="path">A safetensors file with the tensors of <c>pt_inception-2015-12-05</c>.</param>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static InceptionFeatures Load(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return new InceptionFeatures(path, new InceptionV3(new Weights(new CheckpointWeights(checkpoint))));
    }

    /// <summary>Reads the file for its SHA-256: what tells one Inception from another.</summary>
    public string Hash() => Checkpoint.HashOf(_path);

    /// <summary>Adds the features of pictures, of any sizes.</summary>
    /// <exception cref="CheckpointException">The weights give what is no number.</exception>
    public void AddTo(FeatureSums sums, IReadOnlyList<Picture> pictures)
    {
        foreach (IGrouping<(int, int), Picture> alike in pictures.GroupBy(picture => (picture.Width, picture.Height)))
        {
            foreach (Picture[] batch in alike.Chunk(Batch))
            {
                using Scope scope = Scope.Begin();
                Tensor features = _network.Evaluate(PictureTensor.Of(batch, (level, _) => level / (float)byte.MaxValue));
                foreach (float feature in features.AsSpan())
                {
                    if (!float.IsFinite(feature))
                        throw new CheckpointException(_path, "gives features that are no numbers", "its weights are damaged");
                }

                sums.Add(features);
            }
        }
    }
}
