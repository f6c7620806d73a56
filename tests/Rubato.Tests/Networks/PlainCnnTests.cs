using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

public sealed class PlainCnnTests
{
    private const double ForwardTolerance = 1e-5;   // tests/Goldens/foreign/README.md

    [Fact]
    public void The_bundled_network_predicts_what_its_author_s_program_predicts()
    {
        INetwork network = Architectures.Load(NetworkFiles.InRepository("models", "mnist", "unet"));
        Compare(network, NetworkFiles.InRepository("tests", "Goldens", "foreign", "golden_cnn_linear_a.safetensors"));
    }

    [TheoryIfSet("RUBATO_FOREIGN")]
    [InlineData("cnn_linear_a")]
    [InlineData("cnn_linear_b")]
    [InlineData("cnn_custom")]
    [InlineData("cnn_geometric")]
    public void So_do_the_others_that_were_trained_with_other_noise(string name)
    {
        string folder = Environment.GetEnvironmentVariable("RUBATO_FOREIGN")!;
        using var checkpoint = Rubato.Checkpoints.Checkpoint.Open(Path.Combine(folder, name + ".safetensors"));
        var network = new PlainCnn(new Weights(new Rubato.Checkpoints.CheckpointWeights(checkpoint)));
        Compare(network, Path.Combine(folder, $"golden_{name}.safetensors"));
    }

    [Fact]
    public void Samples_of_another_size_and_classes_are_refused()
    {
        INetwork network = Architectures.Load(NetworkFiles.InRepository("models", "mnist", "unet"));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, 1, 32, 32]), [1], [null]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, 1, 28, 28]), [1, 1], [null]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, 1, 28, 28]), [1], [new ClassLabel(0)]));
    }

    private static void Compare(INetwork network, string goldens)
    {
        Dictionary<string, Tensor> golden = NetworkFiles.Tensors(goldens);
        Tensor x = golden["forward_x"];
        Tensor got = network.Evaluate(x, golden["forward_t"].ToArray(), new Condition?[x.Shape[0]]);
        double error = NetworkFiles.Distance(got, golden["forward_eps"]);
        Assert.InRange(error, 0, ForwardTolerance);
    }
}
