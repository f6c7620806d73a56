using Rubato.Checkpoints;
using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Tests.Evaluation;

public sealed class PictureClassifierTests
{
    // float32 against float64 in the reference: at most 1.7e-6 on features and 1.1e-5 on logits; folding norms rounds once more.
    private const double FeatureTolerance = 1e-5, LogitTolerance = 4e-5;

    private static readonly PictureClassifier Classifier = PictureClassifier.Load(EvaluationFiles.Shipped);

    [Fact]
    public void Features_and_logits_are_those_of_the_reference_in_float64()
    {
        (Picture[] pictures, Checkpoint golden) = Golden();
        using (golden)
        {
            ClassifierOutput output = Classifier.Classify(pictures);
            Assert.InRange(Distance(output.Features, golden["features_f64"]), 0, FeatureTolerance);
            Assert.InRange(Distance(output.Logits, golden["logits_f64"]), 0, LogitTolerance);
        }
    }

    [Fact]
    public void A_picture_is_classified_alike_alone_and_among_others()
    {
        (Picture[] pictures, Checkpoint golden) = Golden();
        golden.Dispose();
        // More than one call of the network takes.
        Picture[] many = [.. Enumerable.Range(0, 103).Select(i => pictures[i % pictures.Length])];
        ClassifierOutput together = Classifier.Classify(many), alone = Classifier.Classify([many[102]]);
        Assert.Equal(alone.Features.ToArray(), together.Features.Rows(102, 1).ToArray());
        Assert.Equal(alone.Logits.ToArray(), together.Logits.Rows(102, 1).ToArray());
        Assert.Equal([103, ResNet56.Features], together.Features.Shape);
    }

    [Fact]
    public void Grey_counts_as_colours_and_alpha_is_left_out()
    {
        var random = new Random(3);
        Picture grey = new(32, 32, 1), colours = new(32, 32, 3), alpha = new(32, 32, 4);
        random.NextBytes(grey.Pixels);
        random.NextBytes(alpha.Pixels);
        for (int i = 0; i < 32 * 32; i++)
        {
            for (int c = 0; c < 3; c++) colours.Pixels[i * 3 + c] = alpha.Pixels[i * 4 + c] = grey.Pixels[i];
        }

        ClassifierOutput output = Classifier.Classify([grey, colours, alpha]);
        Assert.Equal(output.Logits.Rows(0, 1).ToArray(), output.Logits.Rows(1, 1).ToArray());
        Assert.Equal(output.Logits.Rows(0, 1).ToArray(), output.Logits.Rows(2, 1).ToArray());
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        Assert.Contains("[1, 3, 28, 28]", Assert.Throws<ArgumentException>(()
            => Classifier.Classify([new Picture(28, 28, 3)])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Classifier.Classify([]));
        Assert.Throws<ArgumentException>(() => Classifier.Classify([new Picture(32, 32, 3), new Picture(28, 28, 3)]));
    }

    [Theory]
    [InlineData(0, new float[] { 1, 2, 3 }, 2)]
    [InlineData(1, new float[] { 5, -2, 5 }, 0)]
    [InlineData(2, new float[] { -5, -2, -3 }, 1)]
    public void The_class_that_is_named_has_the_greatest_logit(int row, float[] logits, int named)
    {
        Tensor all = Tensor.Zeros([3, 3]);
        logits.CopyTo(all.AsSpan()[(row * 3)..]);
        Assert.Equal(named, new ClassifierOutput(all, all).Named[row]);
    }

    [TheoryIfSet(EvaluationFiles.CifarVariable)]
    [InlineData(1017, 943)]   // as the reference counts
    public void The_test_pictures_are_named_rightly_as_often_as_by_the_reference(int count, int rightly)
    {
        (Picture[] pictures, int[] classes) = EvaluationFiles.FirstTestPictures(count);
        Assert.Equal(rightly, Classifier.Classify(pictures).Named.Zip(classes).Count(pair => pair.First == pair.Second));
    }

    private static (Picture[] Pictures, Checkpoint Golden) Golden()
    {
        var golden = Checkpoint.Open(EvaluationFiles.Golden("resnet56.safetensors"));
        byte[] pixels = new byte[golden["pixels"].ByteCount];
        golden["pixels"].Read(pixels);
        return ([.. pixels.Chunk(3 * 32 * 32).Select(planes => EvaluationFiles.OfPlanes(planes))], golden);
    }

    private static double Distance(Tensor got, StoredTensor want)
    {
        Assert.Equal(want.Shape.Select(length => (int)length), got.Shape);
        double[] values = new double[want.ElementCount];
        want.Read(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return got.ToArray().Zip(values, (a, b) => Math.Abs(a - b)).Max();
    }
}
