using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Evaluation;

/// <summary>Looks at pictures with ResNet-56: which class of CIFAR-10 each shows, and the features that it sees.</summary>
/// <param name="network">The network.</param>
public sealed class PictureClassifier(ResNet56 network)
{
    /// <summary>The file of the network in the folder of evaluation.</summary>
    public const string FileName = "resnet56.safetensors";

    private const int Batch = 100;   // bounds the memory of a call: 7 MB for each of the widest layers

    /// <summary>Loads the network from the folder that Rubato ships as <c>models/evaluation</c>.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PictureClassifier Load(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(folder, FileName));
        return new PictureClassifier(new ResNet56(new Weights(new CheckpointWeights(checkpoint))));
    }

    /// <summary>Classifies pictures, on all cores.</summary>
    /// <param name="pictures">32 x 32 pixels each. Grey ones count as colours, alpha is left out.</param>
    /// <returns>Features [N, 64] and logits [N, 10], in the order of the pictures.</returns>
    /// <exception cref="ArgumentException">There is no picture, or one has another size.</exception>
    public ClassifierOutput Classify(IReadOnlyList<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures is []) throw new ArgumentException("There is nothing to classify.", nameof(pictures));
        var outputs = new List<ClassifierOutput>();
        for (int begin = 0; begin < pictures.Count; begin += Batch)
        {
            using Scope scope = Scope.Begin();
            ClassifierOutput output = network.Evaluate(PictureTensor.Of([.. pictures.Skip(begin).Take(Batch)],
                (level, _) => level / (float)byte.MaxValue));
            outputs.Add(new ClassifierOutput(scope.Keep(output.Features), scope.Keep(output.Logits)));
        }

        return new ClassifierOutput(
            Concatenation.Concat(0, [.. outputs.Select(output => output.Features)]),
            Concatenation.Concat(0, [.. outputs.Select(output => output.Logits)]));
    }

    /// <summary>ln p(class) of a picture.</summary>
    /// <param name="picture">[1, 3, 32, 32], red, green, blue, from 0 to 1.</param>
    /// <param name="label">The class.</param>
    internal double LogProbability(Tensor picture, int label) => LogSoftmax(network.Evaluate(picture).Logits.AsSpan())[label];

    /// <summary>The gradient of ln p(class) over the numbers of a picture.</summary>
    /// <param name="picture">[1, 3, 32, 32], red, green, blue, from 0 to 1; it becomes the gradient's own.</param>
    /// <param name="label">The class.</param>
    /// <returns>The shape of the picture.</returns>
    internal Tensor GradientOfClass(Tensor picture, int label)
    {
        var input = new Parameter("picture", picture);
        using var tape = Tape.Begin();
        Tensor logits = network.Evaluate(input.Value).Logits;
        double[] logs = LogSoftmax(logits.AsSpan());
        tape.Backward(logits, Tensor.From([.. logs.Select((log, c) => (float)((c == label ? 1 : 0) - Math.Exp(log)))], logits.Shape));
        return input.Gradient;
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        double[] values = [.. logits.ToArray().Select(value => (double)value)];
        double most = values.Max(), sum = values.Sum(value => Math.Exp(value - most));
        return [.. values.Select(value => value - most - Math.Log(sum))];
    }
}
