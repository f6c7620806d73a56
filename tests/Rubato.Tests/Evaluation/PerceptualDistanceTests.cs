using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Evaluation;

public sealed class PerceptualDistanceTests
{
    // The reference computed in float32 throughout: some 50 roundings in a row.
    private const double Tolerance = 1e-5;

    private static readonly PerceptualDistance SqueezeNet = PerceptualDistance.SqueezeNet(EvaluationFiles.Shipped);
    private static readonly Dictionary<string, Tensor> Golden = NetworkFiles.Tensors(EvaluationFiles.Golden("pairs.safetensors"));

    [Fact]
    public void Pairs_are_as_far_apart_as_the_reference_says_slice_by_slice()
        => Compare(SqueezeNet, "uncalibrated");

    [Fact]
    public void Weights_of_channels_count_as_the_reference_says()
    {
        PerceptualTrunk trunk = PerceptualDistance.LoadTrunk(Path.Combine(EvaluationFiles.Shipped, PerceptualDistance.SqueezeNetFile));
        Compare(PerceptualDistance.InCaffe("with heads", EvaluationFiles.Shipped,
            PerceptualDistance.LoadHeads(trunk, EvaluationFiles.Shipped)), "with_squeeze_heads");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Slices_are_those_of_the_reference(int number)
    {
        PerceptualTrunk trunk = PerceptualDistance.LoadTrunk(Path.Combine(EvaluationFiles.Shipped, PerceptualDistance.SqueezeNetFile));
        int[] mean = [123, 117, 104];
        Tensor got = trunk.Evaluate(PictureTensor.Of([Picture("image_a", 0)], (level, colour) => level - mean[colour], blueFirst: true))[number - 1];
        Tensor want = Golden[$"slice{number}_of_first_image"];
        Assert.InRange(NetworkFiles.Distance(got.ToChannelsFirst(), want), 0, 1e-5 * want.ToArray().Max());
    }

    [Fact]
    public void A_picture_is_at_no_distance_from_itself_and_as_far_from_another_as_that_from_it()
    {
        Picture a = Picture("image_a", 0), b = Picture("image_b", 0);
        Assert.Equal(0, SqueezeNet.Between(a, a));
        Assert.Equal(SqueezeNet.Between(a, b), SqueezeNet.Between(b, a), 1e-12);
    }

    [Fact]
    public void Small_pictures_and_pictures_of_different_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SqueezeNet.Between(new Picture(24, 40, 3), new Picture(24, 40, 3)));
        Assert.Throws<ArgumentException>(() => SqueezeNet.Between(new Picture(32, 32, 3), new Picture(32, 33, 3)));
        _ = SqueezeNet.Between(new Picture(25, 40, 3), new Picture(25, 40, 3));
    }

    [Fact]
    public void It_never_calls_itself_what_it_is_not()
        => Assert.Equal("SqueezeNet distance (Caffe, uncalibrated)", SqueezeNet.Name);

    [Theory]
    [InlineData("SqueezeNet", 33)]
    [InlineData("AlexNet", 47)]
    [InlineData("VGG-16", 17)]
    public void With_weights_of_torchvision_it_is_LPIPS_by_its_definition_in_float64(string name, int side)
    {
        using var folder = new TestFolder();
        var net = new TorchvisionTwin(name);
        SafetensorsWriter.Write(folder.Of("trunk.safetensors"), net.Sources());
        var lpips = PerceptualDistance.Lpips(folder.Of("trunk.safetensors"), EvaluationFiles.Shipped);
        Assert.Equal($"LPIPS ({name})", lpips.Name);

        var random = new Random(5);
        Picture a = new(side, side + 2, 3), b = new(side, side + 2, 3);
        random.NextBytes(a.Pixels);
        random.NextBytes(b.Pixels);
        double expected = net.Lpips(a, b, EvaluationFiles.Shipped);
        Assert.Equal(expected, lpips.Between(a, b), 1e-5 * expected);
    }

    private static void Compare(PerceptualDistance distance, string name)
    {
        ReadOnlySpan<float> totals = Golden[name].AsSpan(), slices = Golden[$"{name}_per_slice"].AsSpan();
        for (int pair = 0; pair < totals.Length; pair++)
        {
            double[] got = distance.InSlices(Picture("image_a", pair), Picture("image_b", pair));
            for (int k = 0; k < got.Length; k++) Assert.Equal(slices[pair * got.Length + k], got[k], Tolerance * totals[pair]);
            Assert.Equal(totals[pair], got.Sum(), Tolerance * totals[pair]);
        }
    }

    private static Picture Picture(string name, int pair)
    {
        float[] levels = Golden[name].Rows(pair, 1).ToArray();
        return new Picture(64, 64, 3, [.. levels.Select(level => (byte)level)]);
    }
}
