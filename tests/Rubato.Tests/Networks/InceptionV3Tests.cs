using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;
using Rubato.Tests.Evaluation;

namespace Rubato.Tests.Networks;

/// <summary>Against a second program that computes the same weights; see tests/Goldens/evaluation/make_inception.py.</summary>
public sealed class InceptionV3Tests
{
    [Fact]
    public void Features_are_those_of_the_reference_in_float64()
    {
        using Checkpoint golden = Checkpoint.Open(EvaluationFiles.Golden("inception.safetensors"));
        double[] wanted = new double[InceptionV3.Features];
        golden["features_f64"].Read(MemoryMarshal.AsBytes(wanted.AsSpan()));

        var network = new InceptionV3(new Weights(new Formula()));
        float[] got = network.Evaluate(PictureTensor.Of([Waves()], (level, _) => level / 255f)).ToArray();

        // 94 layers in float32: a rounding each, added up.
        Assert.InRange(got.Zip(wanted, (a, b) => Math.Abs(a - b)).Max(), 0, 3e-5 * wanted.Max());
    }

    [Fact]
    public void Another_file_is_refused_by_its_tensors_and_takes_no_memory()
    {
        string other = EvaluationFiles.Golden("statistics.safetensors");
        WeightsException refused = Assert.Throws<WeightsException>(() => InceptionFeatures.Load(other));
        Assert.Contains("Conv2d_1a_3x3.conv.weight [32, 3, 3, 3] is missing", refused.Problems);
    }

    private static Picture Waves()
    {
        var picture = new Picture(32, 32, 3);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            int x = i / 3 % 32, y = i / 96, c = i % 3;
            picture.Pixels[i] = (byte)(7 * x * x + 13 * y * (c + 1) + 3 * x * y + 50 * c);
        }

        return picture;
    }

    /// <summary>Weights that are a function of their names and places.</summary>
    private sealed class Formula : IWeightSource
    {
        public string Name => "formula";

        public IReadOnlyCollection<string> Names => [];

        public Shape? ShapeOf(string name) => null;

        public Tensor Read(string name) => throw new InvalidOperationException();

        public Tensor Make(string name, Shape shape)
        {
            (double mean, double scale) = name.Split('.')[^1] switch
            {
                "weight" when shape.Rank == 4 => (0, Math.Sqrt(6.0 / (shape[1] * shape[2] * shape[3]))),
                "weight" or "running_var" => (1, 0.25),
                _ => (0, 0.125),
            };
            uint seed = 2166136261;
            foreach (char letter in name) seed = (seed ^ letter) * 16777619;
            Tensor tensor = Tensor.Empty(shape);
            Span<float> values = tensor.AsSpan();
            for (int i = 0; i < values.Length; i++)
            {
                uint h = (uint)i * 2654435761 + seed;
                h = (h ^ (h >> 15)) * 2246822519;
                h = (h ^ (h >> 15)) * 3266489917;
                h ^= h >> 16;
                values[i] = (float)(mean + scale * ((h >> 8) / 8388608.0 - 1));
            }

            return tensor;
        }
    }
}
