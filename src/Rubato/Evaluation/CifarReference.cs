namespace Rubato.Evaluation;

/// <summary>The sets of CIFAR-10 whose statistics Rubato ships: what Fréchet distances in ResNet-56 features are taken to.</summary>
public sealed class CifarReference
{
    /// <summary>The file of the statistics in the folder of evaluation.</summary>
    public const string FileName = "feature_statistics.safetensors";

    private CifarReference(FeatureStatistics training, FeatureStatistics heldOut) => (Training, HeldOut) = (training, heldOut);

    /// <summary>The 50,000 training pictures.</summary>
    public FeatureStatistics Training { get; }

    /// <summary>The first 1,017 test pictures, which neither ResNet-56 nor a model trained on CIFAR-10 has seen.</summary>
    public FeatureStatistics HeldOut { get; }

    /// <summary>
    /// Distance of the held-out pictures to the training pictures: what real pictures that were not trained on have. The
    /// network has seen the training pictures, so that it is not 0, and 1,017 pictures say less than 50,000.
    /// </summary>
    public double HeldOutDistance => FrechetDistance.Between(HeldOut, Training);

    /// <summary>Reads the statistics from the folder that Rubato ships as <c>models/evaluation</c>.</summary>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CifarReference Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return new CifarReference(FeatureStatistics.Load(path, "train50000"), FeatureStatistics.Load(path, "test1017"));
    }
}
