using Rubato.Benchmarks;
using Rubato.Evaluation;
using Rubato.Guidance;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Tests.Benchmarks;

public sealed class ReverseConditionsTests
{
    private const int Side = 32, Block = 4;

    private static readonly string Root = Path.GetFullPath(TestFolder.Source(Path.Combine("..", "..")));
    private static readonly PictureClassifier Classifier = PictureClassifier.Load(Path.Combine(Root, "models", "evaluation"));

    /// <summary>By central differences along the gradient itself.</summary>
    [Fact]
    public void The_gradient_of_a_class_is_the_slope_of_its_logarithm()
    {
        Picture picture = Waves();
        Tensor pixels = PictureTensor.Of([picture], (level, _) => level / 255f);
        float[] gradient = Classifier.GradientOfClass(pixels.Clone(), 3).ToArray();
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        const double h = 0.002;
        double slope = (LogProbability(h) - LogProbability(-h)) / (2 * h);
        Assert.Equal(norm, slope, 0.03 * norm);   // the network bends within h

        double LogProbability(double along)
        {
            Tensor moved = pixels.Clone();
            for (int i = 0; i < gradient.Length; i++) moved.AsSpan()[i] += (float)(along * gradient[i] / norm);
            return Classifier.LogProbability(moved, 3);
        }
    }

    [Fact]
    public void Predicted_samples_get_the_block_means_of_the_source()
    {
        using var folder = new TestFolder();
        Diffuser parts = DiffuserFolder.Load(HorizonModelFolder.Write(folder.Of("model"), Root));
        Picture source = Waves();
        var condition = new AcDiffCondition(0, "waves", 3, Sketch.OfPhoto(source), source);
        IGuidanceRule rule = new ReverseConditions(parts, condition, new Jury("judges", Classifier)).Begin();
        Level level = parts.Meaning.Process.OfKappa(0.7);
        Tensor state = Noise(1), output = Noise(2);
        var branches = new BranchOutputs(new BranchOutput(output, level, Fresh: true), null);
        var point = new EvaluationPoint(0, 0, level);
        rule.Observe(new EvaluationContext(point, state, 10, _ => output, new Trace().Begin(point)), branches);
        Tensor data = parts.Meaning.Predict(state, rule.Adjust(output, branches), level).Data;
        for (int colour = 0; colour < 3; colour++)
        {
            for (int top = 0; top < Side; top += Block)
            {
                for (int left = 0; left < Side; left += Block)
                {
                    (int, int)[] places = [.. Enumerable.Range(0, Block * Block).Select(i => (left + i % Block, top + i / Block))];
                    Assert.Equal(places.Average(at => source.At(at.Item1, at.Item2)[colour] / 127.5 - 1),
                        places.Average(at => (double)data.AsSpan()[(colour * Side + at.Item2) * Side + at.Item1]), 1e-4);
                }
            }
        }
    }

    private static Tensor Noise(ulong seed)
    {
        Tensor noise = Tensor.Empty([1, 3, Side, Side]);
        new NoiseStream(seed, NoisePurpose.Start).Normal(noise.AsSpan());
        return noise;
    }

    private static Picture Waves() => new(Side, Side, 3, [.. Enumerable.Range(0, 3 * Side * Side)
        .Select(i => (byte)(128 + 90 * Math.Sin(0.2 * (i / 3 % Side) + 0.4 * (i % 3)) * Math.Cos(0.23 * (i / 3 / Side))))]);
}
