using Rubato.Checkpoints;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Evaluation;

/// <summary>
/// How far apart two pictures are in the features of a network that has seen many: at each place of each slice the
/// squared difference of the unit vectors over the channels. Zhang et al. 2018 (arXiv:1801.03924), eq. 1.
/// </summary>
public sealed class PerceptualDistance
{
    /// <summary>The file of the trunk that Rubato ships.</summary>
    public const string SqueezeNetFile = "squeezenet1_1_caffe_f16.safetensors";

    private const double Epsilon = 1e-10;   // added to the vectors' lengths

    private readonly PerceptualTrunk _trunk;
    private readonly IReadOnlyList<float[]>? _heads;
    private readonly Func<byte, int, float> _number;
    private readonly bool _blueFirst;

    private PerceptualDistance(
        string name, PerceptualTrunk trunk, IReadOnlyList<float[]>? heads, Func<byte, int, float> number, bool blueFirst)
        => (Name, _trunk, _heads, _number, _blueFirst) = (name, trunk, heads, number, blueFirst);

    /// <summary>What the number is to be called.</summary>
    public string Name { get; }

    /// <summary>Pixels of the narrowest pictures that can be compared.</summary>
    public int SmallestSide => _trunk.SmallestSide;

    /// <summary>
    /// The distance in the SqueezeNet that Rubato ships: Caffe's training run, every channel counting as 1. It is no LPIPS,
    /// which has other weights, and serves to compare what Rubato draws with what Rubato draws.
    /// </summary>
    /// <param name="folder">The folder that Rubato ships as <c>models/evaluation</c>.</param>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PerceptualDistance SqueezeNet(string folder)
        => InCaffe("SqueezeNet distance (Caffe, uncalibrated)", folder, heads: null);

    /// <summary>LPIPS version 0.1, by torchvision's weights of a network and the published weights of its channels.</summary>
    /// <param name="trunk">A safetensors file of torchvision's AlexNet, VGG-16 or SqueezeNet 1.1; it says which.</param>
    /// <param name="folder">The folder that Rubato ships as <c>models/evaluation</c>, with the channels' weights.</param>
    /// <inheritdoc cref="SqueezeNet" path="/exception"/>
    public static PerceptualDistance Lpips(string trunk, string folder)
    {
        PerceptualTrunk network = LoadTrunk(trunk);
        // Of numbers from -1 to 1, as the reference implementation scales them.
        double[] shift = [-0.030, -0.088, -0.188], scale = [0.458, 0.448, 0.450];
        return new PerceptualDistance($"LPIPS ({network.Name})", network, LoadHeads(network, folder),
            (level, colour) => (float)((level / 127.5 - 1 - shift[colour]) / scale[colour]), blueFirst: false);
    }

    /// <summary>The distance of two pictures.</summary>
    /// <param name="a">Grey counts as colours, alpha is left out.</param>
    /// <param name="b">One of the same size and channels.</param>
    /// <returns>From 0, which equal pictures have.</returns>
    /// <exception cref="ArgumentException">
    /// The pictures differ in size or channels, or are smaller than <see cref="SmallestSide"/>.
    /// </exception>
    public double Between(Picture a, Picture b) => InSlices(a, b).Sum();

    /// <summary>The parts of the distance, slice by slice.</summary>
    internal double[] InSlices(Picture a, Picture b)
    {
        PicturePair.RequireAlike(a, b);
        using Scope scope = Scope.Begin();
        IReadOnlyList<Tensor> slices = _trunk.Evaluate(PictureTensor.Of([a, b], _number, _blueFirst));
        return [.. slices.Select((slice, k) => InSlice(slice, _heads?[k]))];
    }

    internal static PerceptualDistance InCaffe(string name, string folder, IReadOnlyList<float[]>? heads)
    {
        PerceptualTrunk trunk = LoadTrunk(Path.Combine(folder, SqueezeNetFile));
        int[] mean = [123, 117, 104];   // red, green, blue
        return new PerceptualDistance(name, trunk, heads, (level, colour) => level - mean[colour], blueFirst: true);
    }

    /// <summary>The published weights of the channels, which have the names of their places in the reference implementation.</summary>
    internal static IReadOnlyList<float[]> LoadHeads(PerceptualTrunk trunk, string folder)
    {
        string network = trunk.Name switch { "SqueezeNet" => "squeeze", "AlexNet" => "alex", _ => "vgg" };
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(folder, $"heads_{network}_v0.1.safetensors"));
        var weights = new Weights(new CheckpointWeights(checkpoint));
        float[][] heads = [.. trunk.Channels.Select((channels, k)
            => weights[$"lin{k}"]["model"][1].Read("weight", [1, channels, 1, 1]).ToArray())];
        weights.Verify();
        return heads;
    }

    internal static PerceptualTrunk LoadTrunk(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return PerceptualTrunk.Load(new Weights(new CheckpointWeights(checkpoint)));
    }

    /// <summary>The mean over the places of one slice [2, H, W, C].</summary>
    private static double InSlice(Tensor slice, float[]? head)
    {
        int channels = slice.Shape[3], places = slice.Shape[1] * slice.Shape[2];
        ReadOnlySpan<float> a = slice.AsSpan()[..(places * channels)], b = slice.AsSpan()[(places * channels)..];
        double sum = 0;
        for (int begin = 0; begin < a.Length; begin += channels)
        {
            ReadOnlySpan<float> x = a.Slice(begin, channels), y = b.Slice(begin, channels);
            double scaleX = 1 / (Length(x) + Epsilon), scaleY = 1 / (Length(y) + Epsilon);
            for (int c = 0; c < channels; c++)
            {
                double difference = x[c] * scaleX - y[c] * scaleY;
                sum += difference * difference * (head?[c] ?? 1);
            }
        }

        return sum / places;
    }

    private static double Length(ReadOnlySpan<float> vector)
    {
        double squares = 0;
        foreach (float element in vector) squares += (double)element * element;
        return Math.Sqrt(squares);
    }
}
