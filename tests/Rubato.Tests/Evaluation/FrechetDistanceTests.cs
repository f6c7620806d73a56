using Rubato.Evaluation;
using Rubato.Imaging;
using Rubato.Tensors;

namespace Rubato.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    // Two methods of the reference agree to 1e-12.
    private const double Tolerance = 1e-11;

    [Theory]
    [InlineData("train2000first", "train50000", 0.06428629258938656)]
    [InlineData("train10000first", "train50000", 0.0154518591197359)]
    [InlineData("train2000first", "test1017", 0.24542162367822584)]
    [InlineData("train50000", "test1017", 0.18868264712510552)]
    public void Sets_of_CIFAR_10_are_as_far_apart_as_the_reference_says(string a, string b, double distance)
    {
        FeatureStatistics first = Load(a), second = Load(b);
        Assert.Equal(distance, FrechetDistance.Between(first, second), Tolerance);
        Assert.Equal(distance, FrechetDistance.Between(second, first), Tolerance);
    }

    [Fact]
    public void The_rest_of_a_set_is_as_far_from_its_beginning_as_the_reference_says()
    {
        const double whole = 50_000, part = 10_000, rest = whole - part;
        FeatureStatistics all = Load("train50000"), first = Load("train10000first");
        int n = all.Features;
        double[] mean = new double[n], covariance = new double[n * n];
        for (int i = 0; i < n; i++) mean[i] = (whole * all.Mean[i] - part * first.Mean[i]) / rest;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                // Of sums of products around zero, those of the part are taken away.
                double products = (whole - 1) * all.Covariance[i * n + j] + whole * all.Mean[i] * all.Mean[j]
                    - (part - 1) * first.Covariance[i * n + j] - part * first.Mean[i] * first.Mean[j];
                covariance[i * n + j] = (products - rest * mean[i] * mean[j]) / (rest - 1);
            }
        }

        Assert.Equal(0.024128002740582133, FrechetDistance.Between(first, new FeatureStatistics(mean, covariance)), 1e-9);
    }

    [Fact]
    public void Between_distributions_of_one_number_it_is_the_closed_form()
    {
        // (m1 - m2)^2 + (s1 - s2)^2
        Assert.Equal(9 + 4, FrechetDistance.Between(new([1], [25]), new([4], [9])), 1e-12);
        Assert.Equal(9 + 25, FrechetDistance.Between(new([1], [25]), new([4], [0])), 1e-12);
    }

    [Fact]
    public void Sets_that_do_not_fill_their_space_have_a_distance_too()
    {
        // Two pictures vary in one direction alone, here in (1, 1, 0) and in (1, 1, 0) by twice as much: (s1 - s2)^2 is left.
        FeatureStatistics a = new([0, 0, 0], [1, 1, 0, 1, 1, 0, 0, 0, 0]), b = new([0, 0, 0], [4, 4, 0, 4, 4, 0, 0, 0, 0]);
        Assert.Equal(2, FrechetDistance.Between(a, b), 1e-12);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(200, 50)]   // fewer pictures than features
    public void Of_sets_that_differ_by_a_factor_it_is_the_closed_form(int features, int directions)
    {
        // Deviations 3 times as large in every direction: (3 - 1)^2 tr(C).
        var random = new Random(features);
        double[] covariance = new double[features * features], wide = new double[features * features];
        for (int k = 0; k < directions; k++)
        {
            double[] row = [.. Enumerable.Range(0, features).Select(_ => random.NextDouble() - 0.5)];
            for (int i = 0; i < covariance.Length; i++) covariance[i] += row[i / features] * row[i % features];
        }

        for (int i = 0; i < wide.Length; i++) wide[i] = 9 * covariance[i];
        double trace = Enumerable.Range(0, features).Sum(i => covariance[i * features + i]);
        FeatureStatistics narrow = new(new double[features], covariance), three = new(new double[features], wide);
        Assert.Equal(4 * trace, FrechetDistance.Between(three, narrow), 1e-9 * trace);
        Assert.Equal(4 * trace, FrechetDistance.Between(narrow, three), 1e-9 * trace);
    }

    [Fact]
    public void Equal_sets_are_at_no_distance()
        => Assert.Equal(0, FrechetDistance.Between(Load("test1017"), Load("test1017")), Tolerance);

    [Fact]
    public void Other_numbers_of_features_are_refused()
        => Assert.Throws<ArgumentException>(() => FrechetDistance.Between(new([0], [1]), Load("test1017")));

    [TheoryIfSet(EvaluationFiles.CifarVariable)]
    [InlineData("unchanged", 0.06428629258938656)]
    [InlineData("blurred", 12.276006504167455)]
    [InlineData("coarse", 25.33821383799917)]
    [InlineData("grey", 64.98401357462424)]
    public void Pictures_worse_than_the_training_s_are_as_far_as_the_reference_says(string change, double distance)
    {
        Picture[] pictures = [.. EvaluationFiles.FirstTrainingPictures(change == "grey" ? 200 : 2000)
            .Select(picture => Changed(picture, change))];
        Tensor features = PictureClassifier.Load(EvaluationFiles.Shipped).Classify(pictures).Features;
        // Features agree with the reference's to 2e-6 of some 1; the distance moves in proportion.
        Assert.Equal(distance, FrechetDistance.Between(FeatureStatistics.Of([features]), Load("train50000")),
            1e-4 * Math.Max(1, distance));
    }

    private static FeatureStatistics Load(string set) => FeatureStatistics.Load(set is "train50000" or "test1017"
        ? Path.Combine(EvaluationFiles.Shipped, "feature_statistics.safetensors")
        : EvaluationFiles.Golden("statistics.safetensors"), set);

    private static Picture Changed(Picture picture, string change)
    {
        var changed = new Picture(32, 32, 3);
        for (int i = 0; i < changed.Pixels.Length; i++)
        {
            int y = i / 96, x = i / 3 % 32, c = i % 3;
            changed.Pixels[i] = change switch
            {
                "blurred" => Mean(x - 1, y - 1, 3, c),
                "coarse" => Mean(x / 2 * 2, y / 2 * 2, 2, c),
                "grey" => 128,
                _ => picture.Pixels[i],
            };
        }

        return changed;

        byte Mean(int left, int top, int side, int c)
        {
            int sum = 0;
            for (int k = 0; k < side * side; k++)
                sum += picture.At(Math.Clamp(left + k % side, 0, 31), Math.Clamp(top + k / side, 0, 31))[c];
            return (byte)Math.Round(sum / (double)(side * side));
        }
    }
}
